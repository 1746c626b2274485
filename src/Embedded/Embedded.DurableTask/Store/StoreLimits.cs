using System.Buffers;
using System.Text;

namespace Embedded.DurableTask.Store;

/// <summary>What Table Storage takes: 100 operations and 4 MiB a transaction, 1 MiB a row, 64 KiB a property.</summary>
internal static class StoreLimits
{
    /// <summary>One operation of a transaction is the fence.</summary>
    public const int MaxWrites = 99;

    /// <summary>Some room is left for the frame around each operation.</summary>
    public const int MaxBytes = (int)(3.5 * 1024 * 1024);

    /// <summary>UTF-16 units in a property: a little below 64 KiB.</summary>
    public const int PropertyLength = 32_000;

    /// <summary>UTF-16 units of text in a row: rows are measured in UTF-16, so 1 MiB is half a million of them.</summary>
    public const int RowLength = 450_000;

    private const int RowOverhead = 900;
    private static readonly SearchValues<char> Escaped = SearchValues.Create("\"\\");

    /// <summary>The most bytes that a unit can take in a transaction.</summary>
    /// <exception cref="StoreLimitException">No transaction can take the unit.</exception>
    public static int Measure(IReadOnlyList<StoreWrite> unit)
    {
        if (unit.Count > MaxWrites)
        {
            throw new StoreLimitException($"{unit.Count} rows change at once; {MaxWrites} is the most that a transaction takes.");
        }

        if (unit.Select(Objection).FirstOrDefault(static objection => objection is not null) is { } objection)
        {
            throw new StoreLimitException(objection);
        }

        var bytes = unit.Sum(static write => (long)BytesOf(write));
        return bytes <= MaxBytes
            ? (int)bytes
            : throw new StoreLimitException($"About {bytes:N0} bytes change at once; {MaxBytes:N0} is the most that a transaction takes.");
    }

    private static string? Objection(StoreWrite write)
    {
        var length = write switch
        {
            StoreWrite.AddHead { Head: var head } => LengthOf(head),
            StoreWrite.ReplaceHead { Head: var head } => LengthOf(head),
            StoreWrite.MergeHead { Head: var head } => LengthOf(head),
            StoreWrite.PutMessage { Message.Event: var arrived } => StoreText.Write(arrived).Length,
            StoreWrite.PutOutbox { Batch.Messages: var messages } => StoreText.Write(messages).Length,
            _ => 0,
        };
        return length > RowLength ? $"A row would hold {length:N0} characters; {RowLength:N0} is the most that it takes." : null;
    }

    private static int BytesOf(StoreWrite write) => RowOverhead + write switch
    {
        StoreWrite.AddHead { Head: var head } => BytesOf(head, HeadParts.All),
        StoreWrite.ReplaceHead { Head: var head } => BytesOf(head, HeadParts.All),
        StoreWrite.MergeHead merge => BytesOf(merge.Head, merge.Parts),
        StoreWrite.AddHistory { Row.Text: var text } => BytesOf(text),
        StoreWrite.PutMessage { Message.Event: var arrived } => BytesOf(StoreText.Write(arrived)),
        StoreWrite.PutOutbox { Batch.Messages: var messages } => BytesOf(StoreText.Write(messages)),
        _ => 0,
    };

    private static int LengthOf(InstanceHead head) => (head.Input?.Length ?? 0) + (head.Output?.Length ?? 0)
        + (head.CustomStatus?.Length ?? 0) + head.Recent.Length + (head.Failure is { } failure ? StoreText.Write(failure).Length : 0)
        + head.Tags.Sum(static tag => tag.Key.Length + tag.Value.Length + 6);

    private static int BytesOf(InstanceHead head, HeadParts parts)
    {
        var bytes = parts.HasFlag(HeadParts.Execution)
            ? BytesOf(head.Input) + head.Tags.Sum(static tag => BytesOf(tag.Key) + BytesOf(tag.Value) + 12)
            : 0;
        bytes += parts.HasFlag(HeadParts.Progress) ? BytesOf(head.Recent) : 0;
        return parts.HasFlag(HeadParts.State)
            ? bytes + BytesOf(head.Output) + BytesOf(head.CustomStatus) + (head.Failure is { } failure ? BytesOf(StoreText.Write(failure)) : 0)
            : bytes;
    }

    // As JSON: quotation marks and backslashes take two bytes, anything that is not ASCII at most six.
    private static int BytesOf(string? text)
    {
        if (text is null)
        {
            return 0;
        }

        var bytes = Encoding.UTF8.GetByteCount(text);
        return bytes + (4 * (bytes - text.Length)) + CountEscaped(text);
    }

    private static int CountEscaped(ReadOnlySpan<char> text)
    {
        var count = 0;
        for (var next = text.IndexOfAny(Escaped); next >= 0; next = text.IndexOfAny(Escaped))
        {
            count++;
            text = text[(next + 1)..];
        }

        return count;
    }
}
