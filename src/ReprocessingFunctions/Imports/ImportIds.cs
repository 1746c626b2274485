using System.Globalization;
using System.Security.Cryptography;

namespace ReprocessingFunctions.Imports;

/// <summary>An import's id is its orchestration's instance id too; a page's is that of its own orchestration.</summary>
internal static class ImportIds
{
    public static string New(DateTimeOffset now) => string.Create(
        CultureInfo.InvariantCulture, $"import-{now.UtcDateTime:yyyyMMdd-HHmmss}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(5))}");

    public static string PagePrefix(string importId) => importId + "-p";

    public static string Page(string importId, int number) => string.Create(CultureInfo.InvariantCulture, $"{PagePrefix(importId)}{number:D5}");

    /// <summary>What the orders of a record are marked with.</summary>
    public static string Source(string importId, long line) => string.Create(CultureInfo.InvariantCulture, $"{importId}:{line}");
}
