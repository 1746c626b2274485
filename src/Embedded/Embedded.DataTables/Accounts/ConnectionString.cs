using Azure.Core.Pipeline;
using Embedded.DataTables.Protocol;

namespace Embedded.DataTables.Accounts;

/// <summary>An account as one text: 'UseDevelopmentStorage=true', or names, key or signature, and where the account is.</summary>
internal sealed record ConnectionString(Uri Endpoint, HttpPipelinePolicy Authentication, string AccountName)
{
    // The emulator's well-known account, the same on every machine.
    private const string EmulatorAccount = "devstoreaccount1";
    private const string EmulatorKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
    private const int EmulatorPort = 10002;

    public static ConnectionString Parse(string text)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text, "connectionString");
        var settings = ReadSettings(text);
        if (settings.TryGetValue("UseDevelopmentStorage", out var emulator))
        {
            return bool.TryParse(emulator, out var used) && used ? Emulator(settings) : throw Invalid();
        }

        var name = settings.GetValueOrDefault("AccountName");
        var endpoint = TableEndpoint(settings, name);
        if (settings.TryGetValue("SharedAccessSignature", out var signature))
        {
            return new(endpoint, new SasPolicy(new AzureSasCredential(signature)), name ?? AccountAddress.Parse(endpoint).AccountName);
        }

        return name is not null && settings.TryGetValue("AccountKey", out var key)
            ? new(endpoint, new SharedKeyLitePolicy(new TableSharedKeyCredential(name, key)), name)
            : throw Invalid();
    }

    public TableService Connect(TableClientOptions? options) => new(Endpoint, AccountName, options ?? new(), Authentication);

    private static ConnectionString Emulator(Dictionary<string, string> settings)
    {
        var proxy = new Uri(settings.GetValueOrDefault("DevelopmentStorageProxyUri") ?? "http://127.0.0.1");
        var endpoint = new UriBuilder(proxy.Scheme, proxy.Host, EmulatorPort, EmulatorAccount).Uri;
        return new(endpoint, new SharedKeyLitePolicy(new TableSharedKeyCredential(EmulatorAccount, EmulatorKey)), EmulatorAccount);
    }

    private static Uri TableEndpoint(Dictionary<string, string> settings, string? name)
    {
        if (settings.TryGetValue("TableEndpoint", out var endpoint))
        {
            return new Uri(endpoint);
        }

        var scheme = settings.GetValueOrDefault("DefaultEndpointsProtocol") ?? "https";
        var suffix = settings.GetValueOrDefault("EndpointSuffix") ?? "core.windows.net";
        return name is null ? throw Invalid() : new Uri($"{scheme}://{name}.table.{suffix}");
    }

    private static Dictionary<string, string> ReadSettings(string text)
    {
        var settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var setting in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            // A key in base64 and a signature hold '=' themselves.
            var parts = setting.Split('=', 2);
            if (parts.Length < 2 || parts[0].Length == 0)
            {
                throw new FormatException("Settings must be of the form \"name=value\".");
            }

            if (!settings.TryAdd(parts[0].TrimEnd(), parts[1].TrimStart()))
            {
                throw new FormatException($"Duplicate setting '{parts[0]}' found.");
            }
        }

        return settings;
    }

    private static InvalidOperationException Invalid() => new("No valid combination of account information found.");
}
