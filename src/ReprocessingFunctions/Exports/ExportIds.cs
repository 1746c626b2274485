using System.Globalization;
using System.Security.Cryptography;

namespace ReprocessingFunctions.Exports;

/// <summary>An export's id is its orchestration's instance id too.</summary>
internal static class ExportIds
{
    public static string New(DateTimeOffset now) => string.Create(
        CultureInfo.InvariantCulture, $"export-{now.UtcDateTime:yyyyMMdd-HHmmss}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(5))}");

    /// <summary>Of one writing of a page.</summary>
    public static string NewAttempt() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(5));
}
