namespace Reprocessing.Storage.Orders;

/// <summary>An order's events: the pages in their rows, then those still on the order's own row.</summary>
internal sealed class TimelineReader(StorageTables tables)
{
    private const int PagesARequest = 50;

    public async Task<Page<TimelineEvent>?> ReadAsync(string orderId, int limit, string? token, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var position = Position.Parse(token);

        // The order first: events only ever move from it into pages, so read in this sequence they may be seen twice
        // (their number tells), but never missed.
        var stored = await OrderReader.ReadAsync(tables, orderId, withInput: false, cancellationToken);
        if (stored is null)
        {
            return null;
        }

        List<TimelineEvent> events = [];
        var page = position.Page;
        await foreach (var row in tables.Orders.QueryAsync<TableEntity>(
            Filter(orderId, position), PagesARequest, cancellationToken: cancellationToken))
        {
            var told = OrderRows.ReadEvents(row);
            if (events.Count == limit)
            {
                break;
            }

            page = told[0].Sequence;
            Take(events, told, position.Next, limit);
        }

        if (events.Count < limit)
        {
            Take(events, stored.OpenEvents, position.Next, limit);
        }

        var next = events is [.., var last] ? last.Sequence + 1 : position.Next;
        return new(events, next < stored.Order.EventCount && events.Count > 0 ? new Position(page, next).ToString() : null);
    }

    private static void Take(List<TimelineEvent> events, IReadOnlyList<TimelineEvent> told, int from, int limit)
    {
        var next = events is [.., var last] ? last.Sequence + 1 : from;
        events.AddRange(told.Where(one => one.Sequence >= next).Take(limit - events.Count));
    }

    private string Filter(string orderId, Position position)
    {
        var from = RowKeys.EventPage(orderId, position.Page);
        var to = RowKeys.After(RowKeys.EventPrefix(orderId));
        return TableClient.CreateQueryFilter($"PartitionKey eq {tables.PartitionOf(orderId)} and RowKey ge {from} and RowKey lt {to}");
    }

    /// <param name="Page">First event of the page to go on from; the range read begins there.</param>
    /// <param name="Next">First event to give.</param>
    private sealed record Position(int Page, int Next)
    {
        public static Position Parse(string? token)
        {
            if (token is null)
            {
                return new(0, 0);
            }

            return token.Split('-') is [var page, var next]
                && int.TryParse(page, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
                && int.TryParse(next, NumberStyles.None, CultureInfo.InvariantCulture, out var second)
                ? new(first, second)
                : throw new FormatException("The page token is none that was given out.");
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Page}-{Next}");
    }
}
