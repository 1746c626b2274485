namespace Reprocessing.Storage.Alerts;

/// <summary>Alerts as they stand, in one shard: one transaction raises or clears an alert and stores its notification.</summary>
/// <remarks>If the process dies after it, <see cref="PendingNotifications"/> has what is to be sent, and of two hosts that evaluate at once one tells.</remarks>
public sealed class AlertStore(StorageTables tables, ILogger<AlertStore> logger)
{
    private const int MaxAttempts = 8;

    private string Partition => tables.PartitionOf(AlertRows.Subject);

    /// <summary>Raised ones first, the newest of them first.</summary>
    public async Task<Page<AlertState>> ListAsync(AlertStatus? state, int limit, string? token, CancellationToken cancellationToken)
    {
        TableReads.Checked(token, token is null || token.Split('|', 3) is [{ Length: 1 }, { Length: 19 }, _]);
        var alerts = (await ReadAsync(cancellationToken)).Select(stored => stored.Alert).Where(alert => state is null || alert.State == state);
        return await alerts.PageAsync(PositionOf, limit, token);
    }

    /// <param name="complete">Kinds of which all that hold were found.</param>
    /// <param name="isTold">Somebody outside is to be notified.</param>
    /// <returns>Those that this call has raised or cleared.</returns>
    public async Task<IReadOnlyList<AlertState>> ApplyAsync(
        IReadOnlyList<AlertCondition> found, IReadOnlyCollection<AlertKind> complete, DateTimeOffset at, bool isTold, CancellationToken cancellationToken)
    {
        List<AlertState> told = [];
        List<AlertState> refused = [];
        for (var attempt = 1; ; attempt++)
        {
            var stored = (await ReadAsync(cancellationToken)).ToDictionary(one => one.Alert.Id, StringComparer.Ordinal);

            // What was refused had been stored before if only its first answer was lost.
            told.AddRange(refused.Where(alert => stored.GetValueOrDefault(alert.Id)?.Alert == alert));
            var changes = AlertState.Changes(stored.Values.Select(one => one.Alert), found, complete, at);
            var units = changes.Select(change => new TransactionUnit<AlertChange>(change, [.. Actions(change, stored, isTold)])).ToList();
            var rejected = await UnitSubmitter.SubmitAsync(tables.Orders, units, cancellationToken);
            if (rejected.FirstOrDefault(one => !one.IsConflict) is { } fault)
            {
                throw fault.Answer;
            }

            var lost = rejected.Select(one => one.Unit.Subject).ToHashSet();
            told.AddRange(changes.Where(change => change.IsTransition && !lost.Contains(change)).Select(change => change.After).OfType<AlertState>());
            if (lost.Count == 0 || attempt == MaxAttempts)
            {
                return told;
            }

            refused = [.. lost.Where(change => change.IsTransition).Select(change => change.After).OfType<AlertState>()];
        }
    }

    /// <returns>The alert as it is now, not acknowledged if it is not raised; null when there is none.</returns>
    public Task<AlertState?> AcknowledgeAsync(string id, string by, string reason, DateTimeOffset at, CancellationToken cancellationToken) =>
        tables.Orders.EditAsync<AlertState>(
            () => tables.Orders.FindAsync(Partition, RowKeys.Alert(id), cancellationToken),
            alert => alert.IsRaised ? alert.Acknowledge(by, reason, at) : null,
            alert => AlertRows.Write(Partition, alert),
            cancellationToken);

    private static string PositionOf(AlertState alert) => $"{alert.State:D}|{RowKeys.Ticks(RowKeys.Inverted(alert.Since))}|{alert.Id}";

    private async Task<IReadOnlyList<StoredAlert>> ReadAsync(CancellationToken cancellationToken) => await tables.Orders
        .ReadAsync(new(Partition, RowKeys.AlertPrefix), cancellationToken)
        .Select(row => StorageJson.TryRead(row, StorageJson.Read<AlertState>, logger) is { } alert ? new StoredAlert(alert, row) : null)
        .OfType<StoredAlert>()
        .ToListAsync(cancellationToken);

    private IEnumerable<TableTransactionAction> Actions(AlertChange change, Dictionary<string, StoredAlert> stored, bool isTold)
    {
        var row = change.Before is { } before ? stored[before.Id].Row : null;
        yield return (row, change.After) switch
        {
            ({ } old, null) => new(TableTransactionActionType.Delete, old, old.ETag),
            ({ } old, { } after) => new(TableTransactionActionType.UpdateReplace, AlertRows.Write(Partition, after), old.ETag),
            (_, var first) => new(TableTransactionActionType.Add, AlertRows.Write(Partition, first!)),
        };
        if (isTold && change is { IsTransition: true, After: { } told })
        {
            yield return NotificationRows.Action(Partition, Notification.Of(told));
        }
    }

    private sealed record StoredAlert(AlertState Alert, TableEntity Row);
}

internal static class AlertRows
{
    public const string Subject = "alerts";

    public static TableEntity Write(string partition, AlertState alert) =>
        new TableEntity(partition, RowKeys.Alert(alert.Id)) { ["AlertId"] = alert.Id, ["State"] = EnumNames.Of(alert.State) }.WithJson(alert);
}
