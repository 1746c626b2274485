using System.Globalization;
using Microsoft.Azure.Functions.Worker.Http;

namespace ReprocessingFunctions.Exports;

/// <summary>Bytes of a file, both ends among them.</summary>
internal sealed record ByteRange(long First, long Last)
{
    private const string Header = "Range";
    private const string Unit = "bytes=";

    public static ByteRange All(long length) => new(0, length - 1);

    /// <summary>
    /// What the request's <c>Range</c> asks for (RFC 9110): null without one, and of one that is not understood or names several, which is
    /// to be passed over.
    /// </summary>
    public static ByteRange? Read(HttpRequestData request, long length) =>
        request.Headers.TryGetValues(Header, out var values)
        && string.Join(',', values).Trim() is var text
        && text.StartsWith(Unit, StringComparison.OrdinalIgnoreCase)
        && text[Unit.Length..].Split('-') is [var first, var last]
            ? Parse(first.Trim(), last.Trim(), length)
            : null;

    /// <summary>Nothing of it is in the file.</summary>
    public bool IsBeyond(long length) => First >= length || Last < First;

    /// <param name="at">Where the piece begins.</param>
    public ReadOnlyMemory<byte> CutFrom(ReadOnlyMemory<byte> piece, long at)
    {
        var from = Math.Clamp(First - at, 0, piece.Length);
        var to = Math.Clamp(Last + 1 - at, from, piece.Length);
        return piece[(int)from..(int)to];
    }

    private static ByteRange? Parse(string first, string last, long length)
    {
        var (hasFirst, hasLast) = (TryParse(first, out var from), TryParse(last, out var to));
        return (hasFirst, hasLast) switch
        {
            (true, true) when to >= from => new(from, Math.Min(to, length - 1)),
            (true, false) when last.Length == 0 => new(from, length - 1),
            // The last so many.
            (false, true) when first.Length == 0 => new(Math.Max(0, length - to), length - 1),
            _ => null,
        };
    }

    private static bool TryParse(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
