using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using System.Text.Json;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs;
using Azure;

namespace Reprocessing.LocalHost.Http;

/// <summary>
/// The keys of a host and its functions, in the blobs and the form that the real host keeps them in: {hostId}/host.json, made at the first start,
/// and {hostId}/{function}.json, which is read where someone has put it.
/// </summary>
internal sealed class HostKeys
{
    /// <summary>The system key of the Durable extension's management API.</summary>
    public const string DurableTask = "durabletask_extension";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };
    private readonly HostSecrets _host;
    private readonly Dictionary<string, List<Key>> _functions;

    private HostKeys(HostSecrets host, Dictionary<string, List<Key>> functions) => (_host, _functions) = (host, functions);

    public string Master => _host.MasterKey.Value;

    public string Default => _host.FunctionKeys.Select(k => k.Value).FirstOrDefault(Master);

    public string System => _host.SystemKeys.Where(k => k.Name == DurableTask).Select(k => k.Value).FirstOrDefault(Master);

    public IEnumerable<string> For(AccessLevel level, string? function) => level switch
    {
        AccessLevel.Function => [Master, .. Values(_host.FunctionKeys), .. function is not null && _functions.TryGetValue(function, out var own) ? Values(own) : []],
        AccessLevel.System => [Master, System],
        _ => [Master],
    };

    /// <exception cref="StartException">The keys cannot be read.</exception>
    public static async Task<HostKeys> LoadAsync(BlobContainerClient secrets, string hostId, CancellationToken cancellationToken)
    {
        try
        {
            await secrets.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
            var host = await ReadAsync<HostSecrets>(secrets.GetBlobClient($"{hostId}/host.json"), cancellationToken) ?? await CreateAsync(secrets.GetBlobClient($"{hostId}/host.json"), cancellationToken);
            var functions = new Dictionary<string, List<Key>>(StringComparer.OrdinalIgnoreCase);
            await foreach (var blob in secrets.GetBlobsAsync(BlobTraits.None, BlobStates.None, $"{hostId}/", cancellationToken))
            {
                var name = Path.GetFileNameWithoutExtension(blob.Name);
                if (name != "host" && await ReadAsync<FunctionSecrets>(secrets.GetBlobClient(blob.Name), cancellationToken) is { } function)
                {
                    functions[name] = function.Keys;
                }
            }

            return new HostKeys(host, functions);
        }
        catch (Exception e) when (e is RequestFailedException or JsonException)
        {
            throw new StartException($"The keys in {secrets.Uri}/{hostId} cannot be read: {StartException.Reason(e)}", e);
        }
    }

    private static async Task<T?> ReadAsync<T>(BlobClient blob, CancellationToken cancellationToken)
        where T : Secrets
    {
        try
        {
            var content = await blob.DownloadContentAsync(cancellationToken);
            var secrets = content.Value.Content.ToObjectFromJson<T>(Json) ?? throw new JsonException($"{blob.Name} is empty.");
            return secrets.All.Any(k => k.Encrypted) ? throw new JsonException($"{blob.Name} has encrypted keys, which only the host that wrote them can read.") : secrets;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    private static async Task<HostSecrets> CreateAsync(BlobClient blob, CancellationToken cancellationToken)
    {
        var secrets = new HostSecrets { MasterKey = Key.New("master"), FunctionKeys = [Key.New("default")], SystemKeys = [Key.New(DurableTask)] };
        try
        {
            var onlyNew = new BlobUploadOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } };
            await blob.UploadAsync(BinaryData.FromObjectAsJson(secrets, Json), onlyNew, cancellationToken);
            return secrets;
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            // A host that started at the same time was first: its keys hold.
            return await ReadAsync<HostSecrets>(blob, cancellationToken) ?? throw new JsonException($"{blob.Name} is gone.");
        }
    }

    private static IEnumerable<string> Values(List<Key> keys) => keys.Select(k => k.Value);

    private sealed record Key(string Name, string Value, bool Encrypted)
    {
        public static Key New(string name) => new(name, Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)), Encrypted: false);
    }

    private abstract record Secrets
    {
        [JsonIgnore]
        public abstract IEnumerable<Key> All { get; }
    }

    private sealed record HostSecrets : Secrets
    {
        public required Key MasterKey { get; init; }
        public List<Key> FunctionKeys { get; init; } = [];
        public List<Key> SystemKeys { get; init; } = [];
        public override IEnumerable<Key> All => [MasterKey, .. FunctionKeys, .. SystemKeys];
    }

    private sealed record FunctionSecrets : Secrets
    {
        public List<Key> Keys { get; init; } = [];
        public override IEnumerable<Key> All => Keys;
    }
}

internal enum AccessLevel
{
    /// <summary>Anyone.</summary>
    Anonymous,

    /// <summary>The function's keys, the host's, and the master key.</summary>
    Function,

    /// <summary>An extension's key, and the master key.</summary>
    System,

    /// <summary>The master key.</summary>
    Admin,
}

/// <summary>Who may call what: everyone everything in Development, as with func start; outside it whoever shows the key.</summary>
internal sealed class Access(bool isOpen)
{
    /// <summary>Whether no key is asked for.</summary>
    public bool IsOpen => isOpen;

    /// <summary>Loaded at the start, before the first request.</summary>
    public HostKeys? Keys { get; set; }

    public bool Allows(HttpRequest request, AccessLevel level, string? function = null)
    {
        if (isOpen || level == AccessLevel.Anonymous)
        {
            return true;
        }

        var shown = request.Headers.TryGetValue("x-functions-key", out var header) ? header.ToString() : request.Query["code"].ToString();
        return shown.Length > 0 && Keys is not null && Matches(shown, Keys.For(level, function));
    }

    /// <summary>Compares digests, which have one length, with all keys: the time tells nothing about any.</summary>
    private static bool Matches(string shown, IEnumerable<string> keys)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(shown));
        var found = false;
        foreach (var key in keys)
        {
            found |= CryptographicOperations.FixedTimeEquals(digest, SHA256.HashData(Encoding.UTF8.GetBytes(key)));
        }

        return found;
    }
}
