using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Azure.Functions.Worker;

namespace Embedded.Functions.Keys;

/// <summary>The app's keys. The master key opens everything; a host key every function; a function's key that function.</summary>
internal sealed record HostKeys(string Master, string Default, string DurableExtension, ImmutableDictionary<string, string> Functions)
{
    public bool Open(string presented, AuthorizationLevel level, string? function) => level switch
    {
        AuthorizationLevel.Anonymous => true,
        AuthorizationLevel.Function => Same(presented, Master) || Same(presented, Default)
            || (function is not null && Functions.TryGetValue(function, out var own) && Same(presented, own)),
        AuthorizationLevel.System => Same(presented, Master) || Same(presented, DurableExtension),
        _ => Same(presented, Master),
    };

    // In constant time: the answer's delay must not tell how much of a guess was right.
    private static bool Same(string presented, string key) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(presented)), SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
