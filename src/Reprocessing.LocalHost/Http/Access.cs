using System.Security.Cryptography;
using System.Text;

namespace Reprocessing.LocalHost.Http;

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
