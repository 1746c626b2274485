namespace Reprocessing.Storage.Tests.Testing;

/// <summary>What must hold of all rows at any moment, whoever died where.</summary>
internal static class Consistency
{
    public static async Task CheckAsync(TestStorage storage)
    {
        var rows = await storage.RowsAsync();
        var orders = rows.Where(row => row.RowKey.StartsWith("o|", StringComparison.Ordinal)).Select(OrderRows.ReadOrder).ToList();
        var expected = orders
            .SelectMany(stored => new[]
            {
                OrderRows.DueKey(stored.Order),
                OrderRows.StartKey(stored.Order),
                stored.Order.DeadLetteredAt is { } movedAt ? RowKeys.DeadLetter(movedAt, stored.Order.OrderId) : null,
            })
            .OfType<string>()
            .Order(StringComparer.Ordinal);
        var actual = rows.Select(row => row.RowKey)
            .Where(key => key[..2] is "d|" or "p|" or "s|" or "x|")
            .Order(StringComparer.Ordinal);
        Assert.Equal(expected, actual);

        foreach (var stored in orders)
        {
            var order = stored.Order;
            var entry = rows.Where(row => row.RowKey.StartsWith("x|", StringComparison.Ordinal) && row.GetString("OrderId") == order.OrderId).Select(DeadLetterRows.Read).SingleOrDefault();
            Assert.Equal(order.IsOpenDeadLetter, entry is { Resolution: null });
            Assert.Equal(order.Attempts.Count, order.Attempts.Select(attempt => attempt.WorkflowId).Distinct().Count());
            var events = await storage.TimelineAsync(order.OrderId);
            Assert.Equal(Enumerable.Range(0, order.EventCount), events.Select(one => one.Sequence));
        }
    }
}
