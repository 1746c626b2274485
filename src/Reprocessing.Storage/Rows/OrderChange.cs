namespace Reprocessing.Storage.Rows;

/// <summary>The rows of one change of one order. Which index rows there are follows from the order alone, so the change is the difference to before.</summary>
/// <param name="InputText">With a new order, and wherever the order becomes failed.</param>
internal sealed record OrderChange(string Partition, StoredOrder? Before, Order After, IReadOnlyList<TimelineEvent> Told, string? InputText)
{
    private const int MaxOpenEvents = 50;
    private const int MaxOpenChars = 15_000;

    private readonly (List<TimelineEvent> All, List<TimelineEvent> Open) _events = Split([.. Before?.OpenEvents ?? [], .. Told], After);

    /// <summary>Events gather on the order's row and leave it as one page when an attempt fails or they become many: a row an attempt, not an event.</summary>
    public IReadOnlyList<TimelineEvent> OpenEvents => _events.Open;

    /// <param name="etag">That the service gave to the order's row, the first of the <see cref="Actions"/>.</param>
    public StoredOrder Written(ETag? etag) => new(After, OpenEvents, Before?.InputText, etag ?? ETag.All, ETag.All);

    public List<TableTransactionAction> Actions()
    {
        var order = OrderRows.Order(Partition, After, OpenEvents);
        if (Before is null)
        {
            TextColumns.Write(order, OrderRows.Input, InputText!);
        }

        List<TableTransactionAction> actions =
        [
            Before is null ? new(TableTransactionActionType.Add, order) : new(TableTransactionActionType.UpdateMerge, order, Before.ETag),
        ];
        if (_events.Open.Count < _events.All.Count)
        {
            actions.Add(new(TableTransactionActionType.Add, OrderRows.EventPage(Partition, After.OrderId, _events.All)));
        }

        actions.AddRange([.. DueRow(), .. StartRow()]);
        if (OutcomeEvent.Row(Partition, Before?.Order, After) is { } outcome)
        {
            actions.Add(new(TableTransactionActionType.Add, outcome));
        }

        if (WorkflowEvent.Row(Partition, Before?.Order, After) is { } workflow)
        {
            actions.Add(new(TableTransactionActionType.UpsertReplace, workflow));
        }

        return actions;
    }

    private static (List<TimelineEvent> All, List<TimelineEvent> Open) Split(List<TimelineEvent> events, Order after)
    {
        var isFull = events.Count >= MaxOpenEvents || StorageJson.Write(events).Length > MaxOpenChars;
        return (events, after.Phase == OrderPhase.Failed || isFull ? [] : events);
    }

    private IEnumerable<TableTransactionAction> DueRow()
    {
        var (before, after) = (Before is null ? null : OrderRows.DueKey(Before.Order), OrderRows.DueKey(After));
        if (before is not null && before != after)
        {
            yield return new(TableTransactionActionType.Delete, new TableEntity(Partition, before), Before!.DueETag);
        }

        if (after is not null)
        {
            var due = OrderRows.Due(Partition, After);
            if (before != after && InputText is { Length: <= OrderRows.MaxCopiedInput } input)
            {
                due[OrderRows.Input] = input;
            }

            yield return before == after ? new(TableTransactionActionType.UpdateMerge, due, Before!.DueETag) : new(TableTransactionActionType.Add, due);
        }
    }

    private IEnumerable<TableTransactionAction> StartRow()
    {
        var (before, after) = (Before is null ? null : OrderRows.StartKey(Before.Order), OrderRows.StartKey(After));
        if (before is not null && before != after)
        {
            yield return new(TableTransactionActionType.Delete, new TableEntity(Partition, before), ETag.All);
        }

        if (after is not null && before != after)
        {
            yield return new(TableTransactionActionType.Add, OrderRows.Start(Partition, After));
        }
    }
}
