namespace Reprocessing.Storage.DeadLetters;

internal sealed class FailureGroupMarks(StorageTables tables, ILogger<FailureGroupMarks> logger)
{
    // Each attempt loses against somebody who wrote a mark: another host's count, which writes the same, or an operator.
    private const int MaxAttempts = 4;

    public async Task<StoredMark?> GetAsync(string fingerprint, CancellationToken cancellationToken)
    {
        var row = await tables.FailureGroups.FindAsync(FailureGroupRows.Partition, FailureGroupRows.KeyOf(fingerprint), cancellationToken);
        return row is null ? null : new(StorageJson.Read<FailureGroupMark>(row), row);
    }

    public async Task<Dictionary<string, StoredMark>> ReadAsync(CancellationToken cancellationToken)
    {
        Dictionary<string, StoredMark> marks = new(StringComparer.Ordinal);
        await foreach (var row in tables.FailureGroups.ReadAsync(new(FailureGroupRows.Partition, string.Empty), cancellationToken))
        {
            if (StorageJson.TryRead(row, StorageJson.Read<FailureGroupMark>, logger) is { } mark)
            {
                marks[mark.Fingerprint] = new(mark, row);
            }
        }

        return marks;
    }

    /// <summary>Writes what the count has found and the marks do not say. The same again writes nothing.</summary>
    public async Task<IReadOnlyDictionary<FailureGroupState, int>> RecordAsync(
        IReadOnlyDictionary<string, FailureGroupCount> found, DateTimeOffset asOf, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var marks = await ReadAsync(cancellationToken);
            var changes =
                from fingerprint in found.Keys.Union(marks.Keys, StringComparer.Ordinal)
                let stored = marks.GetValueOrDefault(fingerprint)
                // Orders that fail and are restarted come and go: what has never had a dead letter is not remembered.
                where stored is not null || found[fingerprint].Count > 0
                let mark = FailureGroupMark.After(found.GetValueOrDefault(fingerprint), stored?.Mark, asOf)
                where mark is not null
                select (mark, stored);
            if (await TryWriteAsync(changes, cancellationToken) || attempt == MaxAttempts)
            {
                return found.Keys.Union(marks.Keys, StringComparer.Ordinal)
                    .Select(fingerprint => FailureGroup.Of(found.GetValueOrDefault(fingerprint), marks.GetValueOrDefault(fingerprint)?.Mark, asOf))
                    .OfType<FailureGroup>()
                    .CountBy(group => group.State)
                    .ToDictionary();
            }
        }
    }

    /// <returns>False when somebody was quicker, or when this was stored and the answer lost: the marks tell which.</returns>
    public async Task<bool> TryWriteAsync(IEnumerable<(FailureGroupMark Mark, StoredMark? Stored)> changes, CancellationToken cancellationToken)
    {
        var units = changes.Select(change => new TransactionUnit<string>(change.Mark.Fingerprint, [Action(change.Mark, change.Stored)]));
        var refused = await UnitSubmitter.SubmitAsync(tables.FailureGroups, [.. units], cancellationToken);
        return refused.FirstOrDefault(one => !one.IsConflict) is { } fault ? throw fault.Answer : refused.Count == 0;
    }

    private static TableTransactionAction Action(FailureGroupMark mark, StoredMark? stored) => stored is null
        ? new(TableTransactionActionType.Add, FailureGroupRows.Write(mark))
        : new(TableTransactionActionType.UpdateReplace, FailureGroupRows.Write(mark), stored.Row.ETag);
}

internal sealed record StoredMark(FailureGroupMark Mark, TableEntity Row)
{
    public string Tag => Row.ETag.ToString();
}

internal static class FailureGroupRows
{
    public const string Partition = "groups";

    private const int MaxKey = 64;

    public static TableEntity Write(FailureGroupMark mark) => new TableEntity(Partition, KeyOf(mark.Fingerprint))
    {
        [DeadLetterRows.Fingerprint] = mark.Fingerprint,
        [OrderRows.Status] = mark.FailureStatus,
        ["Archived"] = mark.Edit is { IsArchived: true },
    }.WithJson(mark);

    /// <summary>Ours are hex digits; what an entry that was written elsewhere has may be no key at all.</summary>
    public static string KeyOf(string fingerprint) => fingerprint.Length is >= 1 and <= MaxKey && fingerprint.All(char.IsAsciiLetterOrDigit)
        ? fingerprint
        : "h-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(fingerprint)));
}
