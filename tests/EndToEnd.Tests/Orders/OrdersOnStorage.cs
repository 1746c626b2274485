using Azure.Data.Tables;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Invariants;
using EndToEnd.Tests.Waiting;
using Reprocessing.Domain.Failures;
using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Orders;
using Reprocessing.Domain.Retries;
using Reprocessing.Domain.Runs;
using Reprocessing.Storage;
using Reprocessing.Storage.Due;
using Reprocessing.Storage.Jobs;
using Reprocessing.Storage.Orders;
using Reprocessing.Storage.Reprocessing;
using Reprocessing.Storage.Results;

namespace EndToEnd.Tests.Orders;

/// <summary>The tables of one test, without the app: orders are put into them before a story and read after it.</summary>
internal sealed class OrdersOnStorage
{
    private const int ManyAtOnce = 8;
    private static readonly TimeSpan SettlePause = TimeSpan.FromMilliseconds(100);

    private readonly TimeProvider _clock;
    private readonly List<string> _seeded = [];

    private OrdersOnStorage(string name, string connectionString, TimeProvider clock)
    {
        Name = name;
        _clock = clock;
        ConnectionString = connectionString;
        Service = new TableServiceClient(connectionString);
        Tables = new StorageTables(Service, new StorageOptions { TablePrefix = name });
        var written = new OrderCache(clock);
        Orders = new OrderStore(Tables, written, clock);
        Results = new ResultStore(Tables);
        Jobs = new JobStore(Tables, clock);
        var rows = new DueRowCache();
        Due = new DueOrders(Tables, rows, clock);
        Reprocessor = new Reprocessor(Tables, rows, written, clock);
    }

    public string Name { get; }

    public string ConnectionString { get; }

    public string HubName => $"{Name}Hub";

    public TableServiceClient Service { get; }

    public StorageTables Tables { get; }

    public IReadOnlyList<string> SeededIds => _seeded;

    public DateTimeOffset Now => _clock.GetUtcNow();

    private OrderStore Orders { get; }

    public JobStore Jobs { get; }

    private ResultStore Results { get; }

    private DueOrders Due { get; }

    private Reprocessor Reprocessor { get; }

    public static Task<OrdersOnStorage> OpenAsync(Hosts.Storage storage, TimeProvider? clock = null) => OpenAsync(storage.ConnectionString, clock);

    public static async Task<OrdersOnStorage> OpenAsync(string connectionString, TimeProvider? clock = null)
    {
        var store = new OrdersOnStorage(Hosts.Storage.NewName(), connectionString, clock ?? TimeProvider.System);
        await store.Tables.CreateAsync(CancellationToken.None);
        return store;
    }

    public Dictionary<string, string?> Settings(params (string Name, string Value)[] overrides) =>
        AppSettings.For(ConnectionString, Name, HubName, overrides);

    /// <summary>Orders of another system's backlog that have failed at picking, one a millisecond, and then <paramref name="retries"/> restarts as well.</summary>
    public async Task SeedFailedAsync(int count, string prefix = "order", int retries = 0)
    {
        var ids = Enumerable.Range(0, count).Select(number => $"{prefix}-{number:D5}").ToList();
        var began = _clock.GetUtcNow() - TimeSpan.FromHours(1);
        var outcomes = await Orders.CreateManyAsync(
            [.. ids.Select((id, number) => Failed(id, began + TimeSpan.FromMilliseconds(number)))], CancellationToken.None);
        Assert.All(outcomes, outcome => Assert.IsType<CreateOutcome.Created>(outcome));
        Assert.True(retries == 0 || _seeded.Count == 0, "Orders that have failed before come first: their restarts would take the others along.");
        for (var retry = 1; retry <= retries; retry++)
        {
            await FailAgainAsync($"seed-{prefix}-{retry}", ids);
        }

        _seeded.AddRange(ids);
    }

    public async Task<string> SeedFailedAsync(string orderId)
    {
        Assert.IsType<CreateOutcome.Created>(await Orders.CreateAsync(Failed(orderId, _clock.GetUtcNow()), CancellationToken.None));
        _seeded.Add(orderId);
        return orderId;
    }

    /// <summary>An order that another system works on.</summary>
    public async Task SeedExternalAsync(string orderId)
    {
        Assert.IsType<CreateOutcome.Created>(
            await Orders.CreateAsync(new NewOrder(Input(orderId)) { IsExternal = true }, CancellationToken.None));
        _seeded.Add(orderId);
    }

    /// <summary>What a host leaves behind that dies after it has stored a new order.</summary>
    public async Task CreateWithoutStartingAsync(string orderId)
    {
        Assert.IsType<CreateOutcome.Created>(await Orders.CreateAsync(new NewOrder(Input(orderId)), CancellationToken.None));
        _seeded.Add(orderId);
    }

    /// <summary>What a host leaves behind that dies between the commit of its restarts and the start of their workflows.</summary>
    public Task RestartWithoutStartingAsync() => RestartDueAsync("interrupted");

    /// <summary>Makes what is stored of a failed order unreadable.</summary>
    public async Task BreakAsync(string orderId)
    {
        var rows = await StoredRows.ReadAsync(this);
        foreach (var row in rows.Of(orderId).Where(row => row.ContainsKey("Data")))
        {
            var broken = new TableEntity(row.PartitionKey, row.RowKey) { ["Data"] = "{ this is not an order" };
            await Tables.Orders.UpdateEntityAsync(broken, row.ETag, TableUpdateMode.Merge);
        }
    }

    /// <summary>What was put there by other means; it must not get lost either.</summary>
    public void Remember(IEnumerable<string> orderIds) => _seeded.AddRange(orderIds);

    /// <summary>Every row of every table of the app, the hub's own aside, as text.</summary>
    public async Task<IReadOnlyList<string>> ReadAllRowsAsync()
    {
        List<string> names = [];
        await foreach (var table in Service.QueryAsync())
        {
            names.Add(table.Name);
        }

        List<string> rows = [];
        foreach (var name in names.Where(name => name.StartsWith(Name, StringComparison.Ordinal) && !name.StartsWith(HubName, StringComparison.Ordinal)))
        {
            rows.AddRange(await ReadRowsAsync(Service.GetTableClient(name)));
        }

        return rows;
    }

    /// <summary>Every row of orders, their dead letters among them.</summary>
    public Task<IReadOnlyList<string>> ReadOrderRowsAsync() => ReadRowsAsync(Tables.Orders);

    public async Task<IReadOnlyDictionary<string, int>> CountStatusesAsync()
    {
        Dictionary<string, int> counts = [];
        await foreach (var row in Tables.Orders.QueryAsync<TableEntity>("RowKey ge 'o|' and RowKey lt 'o}'", select: ["Status"]))
        {
            var status = row.GetString("Status")!;
            counts[status] = counts.GetValueOrDefault(status) + 1;
        }

        return counts;
    }

    public Task WaitUntilAllAsync(string status, TimeSpan? limit = null) =>
        WaitUntilAsync(counts => counts.GetValueOrDefault(status) == counts.Values.Sum(), limit);

    public async Task WaitUntilAsync(Func<IReadOnlyDictionary<string, int>, bool> condition, TimeSpan? limit = null)
    {
        IReadOnlyDictionary<string, int> last = new Dictionary<string, int>();
        await Eventually.TrueAsync(
            async () => condition(last = await CountStatusesAsync()),
            limit,
            () => string.Join(", ", last.Select(count => $"{count.Value} {count.Key}")),
            SettlePause);
    }

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<StoredRun>> ReadRunsAsync() =>
        [.. (await Results.ListAsync(1_000, token: null, CancellationToken.None)).Items.Select(run => new StoredRun(run.JobId, run.State, run.CreatedAt, run.Run!))];

    public async Task<Order> ReadOrderAsync(string orderId) =>
        await Orders.GetAsync(orderId, CancellationToken.None) ?? throw new InvalidOperationException($"There is no order {orderId}.");

    public async Task<IReadOnlyList<Order>> ReadAllOrdersAsync()
    {
        var rows = await StoredRows.ReadAsync(this);
        return [.. rows.OrderIds.Select(orderId => rows.ReadOrder(orderId).Order)];
    }

    /// <summary>When a job or run took up each order, the earliest first.</summary>
    public async Task<IReadOnlyList<DateTimeOffset>> ReadTakenUpAsync(string jobId) =>
    [
        .. (await ReadAllOrdersAsync())
            .SelectMany(order => order.Attempts)
            .Where(attempt => attempt.RunId == jobId)
            .Select(attempt => attempt.RequestedAt)
            .Order(),
    ];

    public async Task<IReadOnlyList<TimelineEvent>> ReadTimelineAsync(string orderId) =>
        (await Orders.ReadTimelineAsync(orderId, 10_000, token: null, CancellationToken.None))!.Items;

    private static async Task<IReadOnlyList<string>> ReadRowsAsync(TableClient table)
    {
        List<string> rows = [];
        await foreach (var row in table.QueryAsync<TableEntity>())
        {
            rows.Add($"{table.Name} {string.Join(", ", row.OrderBy(column => column.Key).Select(column => $"{column.Key}={column.Value}"))}");
        }

        return rows;
    }

    private static OrderInput Input(string orderId) => new(orderId, "customer-1", [new OrderItem("SKU-1", 2, 0.5m)]);

    private static NewOrder Failed(string orderId, DateTimeOffset failedAt) => new(Input(orderId))
    {
        IsExternal = true,
        Failure = new ArrivedFailure(
            new FailureReport(orderId, FailureStatuses.PickingFailed, $"elsewhere-{orderId}", failedAt, "The shelf was empty."),
            RetryStrategy.Immediate),
    };

    private async Task FailAgainAsync(string runId, List<string> ids)
    {
        await RestartDueAsync(runId);
        await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = ManyAtOnce }, async (id, cancellationToken) =>
        {
            var workflowId = (await ReadOrderAsync(id)).WorkflowId!;
            var report = new FailureReport(id, FailureStatuses.PickingFailed, workflowId, _clock.GetUtcNow(), "The shelf is still empty.");
            Assert.IsType<ChangeOutcome.Changed>(await Orders.RecordFailureAsync(report, RetryStrategy.Immediate, cancellationToken));
        });
    }

    private async Task RestartDueAsync(string runId)
    {
        var rule = new ReprocessingRule(runId, int.MaxValue, FailureStatuses.RetriedByDefault);
        var slice = await Due.QueryAsync(new DueQuery(rule, 1_000, 100), CancellationToken.None);
        foreach (var chunk in slice.Chunks)
        {
            var outcomes = await Reprocessor.ProcessChunkAsync(rule, chunk.Orders, CancellationToken.None);
            Assert.All(outcomes, outcome => Assert.IsType<OrderOutcome.Restarted>(outcome));
        }
    }
}

internal sealed record StoredRun(string RunId, JobState State, DateTimeOffset StartedAt, RunDetails Details)
{
    public string Trigger => Details.Trigger;

    public ReprocessingResult Result => Details.Result;

    public string? Error => Details.Error;

    public bool IsCompleted => State.HasEnded() && Error is null;
}
