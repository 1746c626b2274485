using System.Globalization;
using System.Text;
using Azure.Data.Tables;

namespace Embedded.DurableTask.Store;

/// <summary>
/// A text in as many properties as it needs: <c>Input</c>, <c>Input1</c>, ... and their number in <c>InputParts</c>, because a merge
/// can neither delete a property nor write a null.
/// </summary>
internal static class SplitText
{
    private const string PartsSuffix = "Parts";

    public static void Write(TableEntity row, string name, string? text)
    {
        var parts = 0;
        for (var rest = (text ?? "").AsMemory(); rest.Length > 0 || (text is not null && parts == 0); parts++)
        {
            var length = Math.Min(rest.Length, StoreLimits.PropertyLength);
            // Half a surrogate pair is no text.
            length -= length < rest.Length && char.IsHighSurrogate(rest.Span[length - 1]) ? 1 : 0;
            row[PartName(name, parts)] = rest[..length].ToString();
            rest = rest[length..];
        }

        row[name + PartsSuffix] = parts;
    }

    public static string? Read(TableEntity row, string name)
    {
        var parts = row.GetInt32(name + PartsSuffix) ?? 0;
        if (parts <= 1)
        {
            return parts == 0 ? null : row.GetString(name);
        }

        var text = new StringBuilder(parts * StoreLimits.PropertyLength);
        for (var part = 0; part < parts; part++)
        {
            text.Append(row.GetString(PartName(name, part)));
        }

        return text.ToString();
    }

    private static string PartName(string name, int part) =>
        part == 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}{part}");
}
