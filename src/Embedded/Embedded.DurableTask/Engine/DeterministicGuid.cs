using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Embedded.DurableTask.Engine;

/// <summary>RFC 4122 version 5 of the instance, the turn's time and a counter, exactly as the platform makes them.</summary>
internal static class DeterministicGuid
{
    private static readonly byte[] Namespace =
        Guid.Parse("9e952958-5e33-4daf-827f-2fa12937b875").ToByteArray(bigEndian: true);

    public static Guid Create(string instanceId, DateTime nowUtc, int counter)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{instanceId}_{nowUtc:o}_{counter}");
        byte[] input = [.. Namespace, .. Encoding.UTF8.GetBytes(name)];
#pragma warning disable CA5350 // Version 5 is defined over SHA-1; nothing here is secret
        var bytes = SHA1.HashData(input).AsSpan(0, 16);
#pragma warning restore CA5350
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x50);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
