using System.Security.Cryptography;
using System.Text;

namespace Azure.Data.Tables;

public class TableSharedKeyCredential
{
    private byte[] _key;

    /// <param name="accountKey">The account's key in base64.</param>
    public TableSharedKeyCredential(string accountName, string accountKey)
    {
        ArgumentException.ThrowIfNullOrEmpty(accountName);
        AccountName = accountName;
        _key = Decode(accountKey);
    }

    public string AccountName { get; }

    /// <summary>For a rotated key; requests in flight keep the signature that they have.</summary>
    public void SetAccountKey(string accountKey) => Volatile.Write(ref _key, Decode(accountKey));

    internal string Sign(string text)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(Volatile.Read(ref _key), Encoding.UTF8.GetBytes(text), hash);
        return Convert.ToBase64String(hash);
    }

    private static byte[] Decode(string accountKey)
    {
        ArgumentException.ThrowIfNullOrEmpty(accountKey);
        return Convert.FromBase64String(accountKey);
    }
}
