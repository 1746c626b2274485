using System.Buffers;
using System.Text;
using Reprocessing.Domain.DeadLetters;
using Reprocessing.Domain.Names;

namespace ReprocessingFunctions.DeadLetters.Export;

/// <summary>A record an entry, without its attempts and with its notes in one text.</summary>
internal sealed class CsvFormat : IExportFormat
{
    public const string Name = "csv";

    public const string MediaTypeName = "text/csv";

    /// <summary>People's sheets refer to columns by place: a new one comes at the end.</summary>
    private static readonly (string Name, Func<DeadLetterEntry, object?> Value)[] Columns =
    [
        ("orderId", entry => entry.OrderId),
        ("customerId", entry => entry.CustomerId),
        ("finalFailureStatus", entry => entry.FinalFailureStatus),
        ("errorType", entry => EnumNames.Of(entry.ErrorType)),
        ("finalFailureReason", entry => entry.FinalFailureReason),
        ("fingerprint", entry => entry.Fingerprint),
        ("failedAt", entry => entry.FailedAt),
        ("movedToQueueAt", entry => entry.MovedToQueueAt),
        ("totalRetryAttempts", entry => entry.TotalRetryAttempts),
        ("reopenCount", entry => entry.ReopenCount),
        ("resolution", entry => entry.Resolution is { } resolution ? EnumNames.Of(resolution) : null),
        ("resolvedAt", entry => entry.ResolvedAt),
        ("resolvedBy", entry => entry.ResolvedBy),
        ("runId", entry => entry.RunId),
        ("movedBy", entry => entry.MovedBy),
        ("originalWorkflowId", entry => entry.OriginalWorkflowId),
        ("priority", entry => EnumNames.Of(entry.OrderSnapshot.Priority)),
        ("promisedDeliveryAt", entry => entry.OrderSnapshot.PromisedDeliveryAt),
        ("itemCount", entry => entry.OrderSnapshot.ItemCount),
        ("totalWeight", entry => entry.OrderSnapshot.TotalWeight),
        ("shippingCity", entry => entry.OrderSnapshot.ShippingCity),
        ("shippingState", entry => entry.OrderSnapshot.ShippingState),
        ("notes", entry => string.Join('\n', entry.Notes.Select(note => note.Author.Length == 0 ? note.Text : $"{note.Author}: {note.Text}"))),
    ];

    public string MediaType => $"{MediaTypeName}; charset=utf-8; header=present";

    public string Extension => Name;

    public void WriteHead(IBufferWriter<byte> output) => Write(output, Columns.Select(object? (column) => column.Name));

    public void Write(IBufferWriter<byte> output, DeadLetterEntry entry) => Write(output, Columns.Select(column => column.Value(entry)));

    private static void Write(IBufferWriter<byte> output, IEnumerable<object?> values) =>
        Encoding.UTF8.GetBytes(string.Join(',', values.Select(CsvText.Field)) + CsvText.EndOfRecord, output);
}
