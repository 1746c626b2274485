using Reprocessing.Domain.Names;

namespace Reprocessing.Storage.Tests.Workflows;

/// <summary>Workflows by the thousand, queries about them, and what must hold of their rows.</summary>
internal static class IndexBench
{
    public static readonly DateTimeOffset Start = ManualTime.Start;
    private static readonly CancellationToken None = CancellationToken.None;

    public static WorkflowRecord Record(int number, Random chance)
    {
        var isOrders = chance.Next(5) > 0;
        var status = Pick(chance, Enum.GetValues<WorkflowStatus>());
        var started = Start.AddSeconds(-chance.Next(100_000));
        var record = new WorkflowRecord(
            string.Create(CultureInfo.InvariantCulture, $"{(isOrders ? "order-fulfillment-ORD" : "loyalty")}-{number:D6}"),
            isOrders ? WorkflowTypes.OrderFulfillment : "LoyaltyProgram",
            status,
            started)
        {
            CustomerId = string.Create(CultureInfo.InvariantCulture, $"C|{chance.Next(200)}"),
            OrderId = isOrders ? $"ORD-{number}" : null,
            OrderStatus = isOrders ? Pick(chance, ["pending", "in_progress", "completed", "picking_failed", "dead_letter"]) : null,
            RetryCount = isOrders && chance.Next(4) == 0 ? chance.Next(1, 6) : 0,
            Version = 1,
        };
        return record.HasEnded ? record with { CloseTime = started.AddSeconds(chance.Next(5_000)) } : record;
    }

    public static async Task<List<WorkflowRecord>> FillAsync(TestStorage storage, int count, Random chance)
    {
        var records = Enumerable.Range(0, count).Select(number => Record(number, chance)).ToList();
        foreach (var some in records.Chunk(2_000))
        {
            await storage.Workflows.RecordAsync(some, None);
        }

        return records;
    }

    /// <summary>Orders whose own workflow failed, due at once.</summary>
    public static async Task AddOwnFailedAsync(TestStorage storage, int count)
    {
        var ids = Enumerable.Range(0, count).Select(TestStorage.OrderId).ToList();
        await storage.Orders.CreateManyAsync(ids.ConvertAll(id => new NewOrder(TestStorage.Input(id))), None);
        foreach (var id in ids)
        {
            await storage.FailAgainAsync(id);
        }
    }

    public static FilterPredicate Filter(string query)
    {
        var parse = FilterExpression.Parse(query, WorkflowFields.Catalog);
        Assert.True(parse.Expression is not null, $"{query}: {parse.Error}");
        return parse.Expression.At(Start);
    }

    /// <summary>All pages of a query.</summary>
    public static async Task<List<WorkflowRecord>> AllAsync(TestStorage storage, string? query, int pageSize)
    {
        List<WorkflowRecord> all = [];
        string? token = null;
        do
        {
            var page = await storage.Workflows.QueryAsync(query is null ? null : Filter(query), pageSize, token, None);
            Assert.InRange(page.Items.Count, page.Next is null ? 0 : pageSize, pageSize);
            all.AddRange(page.Items);
            token = page.Next;
        }
        while (token is not null);

        return all;
    }

    public static string RandomQuery(Random chance, int depth = 2) => depth > 0 && chance.Next(3) > 0
        ? chance.Next(5) switch
        {
            0 => $"({RandomQuery(chance, depth - 1)} OR {RandomQuery(chance, depth - 1)})",
            1 => $"NOT ({RandomQuery(chance, depth - 1)})",
            _ => $"({RandomQuery(chance, depth - 1)} AND {RandomQuery(chance, depth - 1)})",
        }
        : Term(chance);

    /// <summary>Every row of the table belongs to a record, and every record has the rows that it must have.</summary>
    public static async Task CheckAsync(TestStorage storage)
    {
        var rows = await storage.RowsAsync(storage.Tables.Workflows);
        var records = rows.Where(row => row.RowKey.StartsWith("i|", StringComparison.Ordinal)).Select(StorageJson.Read<WorkflowRecord>).ToList();
        var expected = records.SelectMany(record => new[] { WorkflowRows.Instance(record.InstanceId), WorkflowRows.Started(record) }
            .Select(key => $"{WorkflowRows.PartitionOf(record.InstanceId)} {key}"));
        Assert.Equal(
            expected.Order(StringComparer.Ordinal),
            rows.Select(row => $"{row.PartitionKey} {row.RowKey}").Order(StringComparer.Ordinal));
        var byId = records.ToDictionary(record => record.InstanceId);
        foreach (var copy in rows.Where(row => !row.RowKey.StartsWith("i|", StringComparison.Ordinal)).Select(StorageJson.Read<WorkflowRecord>))
        {
            var record = byId[copy.InstanceId];
            Assert.Equal(record with { OriginalInput = null }, copy with { Version = record.Version, Revision = record.Revision });
        }
    }

    private static string Term(Random chance) => chance.Next(12) switch
    {
        0 => $"WorkflowType = '{Pick(chance, [WorkflowTypes.OrderFulfillment, "LoyaltyProgram", "None"])}'",
        1 => $"ExecutionStatus = {Pick(chance, EnumNames.All<WorkflowStatus>())}",
        2 => $"ExecutionStatus IN ({Pick(chance, EnumNames.All<WorkflowStatus>())}, {Pick(chance, EnumNames.All<WorkflowStatus>())})",
        3 => $"StartTime {Pick(chance, ["<", "<=", ">", ">=", "="])} now-{chance.Next(100_000)}s",
        4 => $"CloseTime {Pick(chance, ["<", "<=", ">", ">="])} now-{chance.Next(100_000)}s",
        5 => $"OrderStatus {Pick(chance, ["=", "!="])} {Pick(chance, ["completed", "picking_failed", "dead_letter"])}",
        6 => $"CustomerId IN ('C|{chance.Next(200)}', 'C|{chance.Next(200)}')",
        7 => $"RetryCount {Pick(chance, ["<", "<=", ">", ">=", "=", "!="])} {chance.Next(6)}",
        8 => $"InstanceId STARTS_WITH '{Pick(chance, ["order-fulfillment-ORD-0001", "loyalty-", "order-", "l", "x"])}'",
        9 => $"InstanceId = 'loyalty-{chance.Next(300):D6}'",
        10 => $"CloseTime IS {Pick(chance, ["", "NOT "])}NULL",
        _ => $"StartTime BETWEEN now-{chance.Next(50_000, 100_000)}s AND now-{chance.Next(50_000)}s",
    };

    private static T Pick<T>(Random chance, IReadOnlyList<T> values) => values[chance.Next(values.Count)];
}
