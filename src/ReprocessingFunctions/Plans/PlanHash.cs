using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Reprocessing.Storage.Jobs;

namespace ReprocessingFunctions.Plans;

/// <summary>
/// One number for a whole selection: the SHA-256 of every item's id and version, added up modulo 2^256. Equal selections have equal
/// hashes in whatever order their items come, so nothing has to be kept or sorted; unlike with exclusive or, an item that comes
/// twice does not take itself out again.
/// </summary>
internal sealed class PlanHash
{
    private static readonly BigInteger Modulus = BigInteger.One << 256;

    private BigInteger _sum;

    /// <summary>An id holds no line break, so that no other id and version are written alike.</summary>
    public void Add(JobItem item) =>
        _sum = (_sum + new BigInteger(SHA256.HashData(Encoding.UTF8.GetBytes($"{item.Id}\n{item.Seen}")), isUnsigned: true)) % Modulus;

    /// <summary>64 hexadecimal digits.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[32];
        _sum.TryWriteBytes(bytes, out _, isUnsigned: true);
        return Convert.ToHexStringLower(bytes);
    }
}
