using Azure.Data.Tables.Models;

namespace Reprocessing.Storage.Transactions;

/// <summary>Packs units of one partition into few transactions. A rejected unit is set aside and the others are sent again.</summary>
internal static class UnitSubmitter
{
    public const int MaxOperations = 100;
    private const int MaxBytes = 3_500_000;

    /// <exception cref="RequestFailedException">The service does not answer. What was sent may be stored or not, so the caller must be able to go again.</exception>
    public static async Task<IReadOnlyList<RejectedUnit<T>>> SubmitAsync<T>(
        TableClient table, IReadOnlyList<TransactionUnit<T>> units, CancellationToken cancellationToken)
    {
        List<RejectedUnit<T>> refused = [];
        foreach (var batch in Pack(units))
        {
            await SubmitBatchAsync(table, batch, refused, cancellationToken);
        }

        return refused;
    }

    /// <summary>Writes rows of one partition, each for itself, over what is there.</summary>
    public static async Task UpsertAsync(TableClient table, IEnumerable<TableEntity> rows, CancellationToken cancellationToken)
    {
        List<TransactionUnit<string>> units = [.. rows.Select(row => new TransactionUnit<string>(row.RowKey, [new(TableTransactionActionType.UpsertReplace, row)]))];
        if (await SubmitAsync(table, units, cancellationToken) is [var refused, ..])
        {
            throw new RequestFailedException(
                refused.Answer.Status, $"Row {refused.Unit.Subject} cannot be stored in {table.Name}.", refused.Answer.ErrorCode, refused.Answer);
        }
    }

    private static async Task SubmitBatchAsync<T>(
        TableClient table, List<TransactionUnit<T>> batch, List<RejectedUnit<T>> refused, CancellationToken cancellationToken)
    {
        while (batch.Count > 0)
        {
            try
            {
                var answers = (await table.SubmitTransactionAsync(batch.SelectMany(unit => unit.Actions), cancellationToken)).Value;
                var first = 0;
                foreach (var unit in batch)
                {
                    unit.Written?.Invoke(answers[first].Headers.ETag);
                    first += unit.Actions.Count;
                }

                return;
            }
            catch (RequestFailedException exception) when (IsRefusal(exception))
            {
                var index = batch.Count == 1 ? 0 : UnitAt(batch, (exception as TableTransactionFailedException)?.FailedTransactionActionIndex);
                if (index is { } culprit)
                {
                    refused.Add(new(batch[culprit], exception));
                    batch.RemoveAt(culprit);
                    continue;
                }

                // The service blames no operation: halve until the one at fault is alone.
                var half = batch.Count / 2;
                await SubmitBatchAsync(table, batch[..half], refused, cancellationToken);
                batch = batch[half..];
            }
        }
    }

    /// <summary>Refused for what it says, so that sending it again is no cure.</summary>
    private static bool IsRefusal(RequestFailedException exception) =>
        exception.Status is 400 or 404 or 409 or 412 or 413 && exception.ErrorCode != TableErrorCode.TableNotFound;

    private static int? UnitAt<T>(List<TransactionUnit<T>> batch, int? action)
    {
        for (var index = 0; action is >= 0 && index < batch.Count; index++)
        {
            action -= batch[index].Actions.Count;
            if (action < 0)
            {
                return index;
            }
        }

        return null;
    }

    private static IEnumerable<List<TransactionUnit<T>>> Pack<T>(IReadOnlyList<TransactionUnit<T>> units)
    {
        List<TransactionUnit<T>> batch = [];
        var (operations, bytes) = (0, 0);
        foreach (var unit in units)
        {
            if (batch.Count > 0 && (operations + unit.Actions.Count > MaxOperations || bytes + unit.Bytes > MaxBytes))
            {
                yield return batch;
                batch = [];
                (operations, bytes) = (0, 0);
            }

            batch.Add(unit);
            operations += unit.Actions.Count;
            bytes += unit.Bytes;
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }
}

/// <summary>Rows that change together or not at all, for one subject; several units share a transaction.</summary>
internal sealed record TransactionUnit<T>(T Subject, IReadOnlyList<TableTransactionAction> Actions)
{
    /// <summary>What the actions take of a request's 4 MiB, at most.</summary>
    public int Bytes { get; } = Actions.Sum(RequestSize.Of);

    /// <summary>Told the ETag of the first row once all are stored.</summary>
    public Action<ETag?>? Written { get; init; }
}

internal sealed record RejectedUnit<T>(TransactionUnit<T> Unit, RequestFailedException Answer)
{
    /// <summary>A row was there, was missing or had changed: somebody else, or this very request sent twice, was quicker.</summary>
    public bool IsConflict => Answer.Status is 404 or 409 or 412;
}

internal static class RequestSize
{
    private const int Overhead = 2_000;

    public static int Of(TableTransactionAction action) =>
        Overhead + (action.Entity is TableEntity entity ? entity.Sum(column => Of(column.Value)) : 0);

    private static int Of(object? value) => value switch
    {
        // By the same encoder as the client's JSON writer.
        string text => JavaScriptEncoder.Default.Encode(text).Length + 2,
        byte[] bytes => bytes.Length / 3 * 4 + 4,
        _ => 40,
    };
}

/// <summary>Deletes rows. What is gone already is no fault: the deletion may be asked for again.</summary>
internal static class RowDeletion
{
    private const int Page = 1_000;
    private const int PartitionsAtOnce = 8;

    public static async Task<int> DeleteAsync(TableClient table, string filter, int most, CancellationToken cancellationToken)
    {
        var total = 0;
        var rows = table.QueryAsync<TableEntity>(filter, Math.Min(most, Page), ["PartitionKey", "RowKey"], cancellationToken);
        await foreach (var some in rows.Take(most).Chunk(Page).WithCancellation(cancellationToken))
        {
            var partitions = some.GroupBy(row => row.PartitionKey).ToList();
            await partitions.SelectParallelAsync(PartitionsAtOnce, async (partition, cancelled) => await DeleteAsync(table, partition, cancelled), cancellationToken);
            total += some.Length;
        }

        return total;
    }

    private static async Task<bool> DeleteAsync(TableClient table, IEnumerable<TableEntity> rows, CancellationToken cancellationToken)
    {
        var units = rows.Select(row => new TransactionUnit<string>(row.RowKey, [new(TableTransactionActionType.Delete, row, ETag.All)]));
        var refused = await UnitSubmitter.SubmitAsync(table, [.. units], cancellationToken);
        return refused.FirstOrDefault(one => one.Answer.Status != 404) is { } fault ? throw fault.Answer : true;
    }
}
