using System.Text.Json;
using Embedded.DataTables.Entities;

namespace Embedded.DataTables.Protocol;

/// <summary>A transaction on the wire: a multipart batch of one changeset, each part an HTTP request of its own.</summary>
internal static class TransactionBody
{
    private const int UsualActionLength = 1024;

    public static PayloadBuffer Write(string tableAddress, string boundary, IReadOnlyList<TableTransactionAction> actions)
    {
        var body = new PayloadBuffer(actions.Count * UsualActionLength);
        var partStart = $"--changeset_{boundary}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n";
        body.Append($"--batch_{boundary}\r\nContent-Type: multipart/mixed; boundary=changeset_{boundary}\r\n\r\n");
        using var writer = body.JsonWriter();
        foreach (var action in actions)
        {
            body.Append(partStart);
            WriteAction(body, writer, tableAddress, action);
        }

        return body.Append($"--changeset_{boundary}--\r\n--batch_{boundary}--\r\n");
    }

    private static void WriteAction(PayloadBuffer body, Utf8JsonWriter writer, string tableAddress, TableTransactionAction action)
    {
        var entity = action.Entity;
        var type = action.ActionType;
        body.Append(Verb(type));
        body.Append(type == TableTransactionActionType.Add ? tableAddress : EntityAddress.Of(tableAddress, entity.PartitionKey, entity.RowKey));
        body.Append(" HTTP/1.1\r\nAccept: application/json;odata=minimalmetadata\r\nDataServiceVersion: 3.0\r\n"u8);
        if (Condition(action) is { } condition)
        {
            body.Append("If-Match: "u8).Append(condition).Append("\r\n"u8);
        }

        if (type == TableTransactionActionType.Delete)
        {
            body.Append("\r\n\r\n"u8);
            return;
        }

        body.Append("Prefer: return-no-content\r\nContent-Type: application/json\r\n\r\n"u8);
        EntityBinder.For(entity).Write(writer, entity);
        writer.Flush();
        writer.Reset();
        body.Append("\r\n"u8);
    }

    private static ReadOnlySpan<byte> Verb(TableTransactionActionType type) => type switch
    {
        TableTransactionActionType.Add => "POST "u8,
        TableTransactionActionType.UpdateMerge or TableTransactionActionType.UpsertMerge => "PATCH "u8,
        TableTransactionActionType.UpdateReplace or TableTransactionActionType.UpsertReplace => "PUT "u8,
        TableTransactionActionType.Delete => "DELETE "u8,
        _ => throw new InvalidOperationException($"Unknown action type {type}."),
    };

    /// <summary>
    /// An update without an ETag carries no condition and so creates a row that is missing, as in the real library;
    /// <see cref="ETag.All"/> forbids that.
    /// </summary>
    private static string? Condition(TableTransactionAction action) => action.ActionType switch
    {
        TableTransactionActionType.Delete => (action.ETag == default ? ETag.All : action.ETag).ToString(),
        TableTransactionActionType.UpdateMerge or TableTransactionActionType.UpdateReplace when action.ETag != default => action.ETag.ToString(),
        _ => null,
    };
}
