using System.Text;
using Azure.Core;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging.Abstractions;
using Reprocessing.Storage.Leases;
using Reprocessing.Storage.Outcomes;
using Reprocessing.Storage.Reprocessing;
using Reprocessing.Storage.Starts;
using Reprocessing.Storage.Transfers;

namespace Reprocessing.Storage.Tests.Testing;

/// <summary>Tables of its own on the shared Azurite, a clock that stands still, and calls that can be counted and spoilt.</summary>
internal sealed class TestStorage
{
    private readonly DueRowCache _cache = new();

    private TestStorage(AzuriteFixture azurite, int shards)
    {
        Options = new() { TablePrefix = AzuriteFixture.NewName(), Shards = shards };
        Service = new(azurite.ConnectionString, Spoilt(new TableClientOptions()));
        Blobs = new(new BlobServiceClient(azurite.ConnectionString, Spoilt(new BlobClientOptions())), Options);
        Tables = new(Service, Options);
        var written = new OrderCache(Time);
        Orders = new OrderStore(Tables, written, Time);
        Due = new DueOrders(Tables, _cache, Time);
        Reprocessor = new Reprocessor(Tables, _cache, written, Time);
        Starts = new PendingStarts(Tables, Time, NullLogger<PendingStarts>.Instance);
        DeadLetters = new DeadLetterStore(Tables, new(Tables, Time), NullLogger<DeadLetterStore>.Instance);
        List = new OrderList(Tables, new(Tables, Time), NullLogger<OrderList>.Instance);
        Commands = new DeadLetterCommands(Tables, Time);
        Counter = NewCounter();
        Groups = new FailureGroupStore(Counter, Marks, Time);
        Leases = new LeaseStore(Tables, Time);
        Results = new ResultStore(Tables);
        Jobs = new JobStore(Tables, Time);
        Plans = new PlanStore(Tables, Blobs, Time);
        Workflows = new WorkflowIndex(Tables, Time, NullLogger<WorkflowIndex>.Instance);
        Outcomes = new OutcomeProjection(Tables, Time, NullLogger<OutcomeProjection>.Instance);
    }

    public TableServiceClient Service { get; }

    public StorageOptions Options { get; }

    private TransferBlobs Blobs { get; }

    public FaultPolicy Faults { get; } = new();

    public ManualTime Time { get; } = new();

    public StorageTables Tables { get; }

    public IOrderStore Orders { get; }

    public OrderList List { get; }

    public IDueOrders Due { get; }

    public IReprocessor Reprocessor { get; }

    public IPendingStarts Starts { get; }

    public IDeadLetters DeadLetters { get; }

    public IDeadLetterCommands Commands { get; }

    public IDeadLetterCounter Counter { get; }

    public IFailureGroups Groups { get; }

    public ILeases Leases { get; }

    public IResultStore Results { get; }

    public IJobStore Jobs { get; }

    public IPlanStore Plans { get; }

    public IOutcomeProjection Outcomes { get; }

    public IWorkflowIndex Workflows { get; }

    /// <summary>What another process sees: the same tables, and nothing remembered.</summary>
    public Reprocessor OtherProcess() => new(Tables, new DueRowCache(), new(Time), Time);

    public FailureGroupMarks Marks => new(Tables, NullLogger<FailureGroupMarks>.Instance);

    /// <summary>One that has counted nothing yet, as another process has.</summary>
    public IDeadLetterCounter NewCounter() => new DeadLetterCounter(Tables, Marks, Time, NullLogger<DeadLetterCounter>.Instance);

    public static async Task<TestStorage> CreateAsync(AzuriteFixture azurite, int shards = 4)
    {
        var storage = new TestStorage(azurite, shards);
        await storage.Tables.CreateAsync(CancellationToken.None);
        storage.Faults.Reset();
        return storage;
    }

    /// <summary>With a container, which few tests need.</summary>
    public async Task<TransferBlobs> OpenBlobsAsync()
    {
        await Blobs.CreateAsync(CancellationToken.None);
        Faults.Reset();
        return Blobs;
    }

    public static ReprocessingRule Rule(string runId = "run-1", int maxRetries = 5) =>
        new(runId, maxRetries, [.. FailureStatuses.All.Where(status => status is { IsPermanent: false, IsOwn: false }).Select(status => status.Name)]);

    public static string OrderId(int number) => string.Create(CultureInfo.InvariantCulture, $"ORD-{number:D5}");

    public static OrderInput Input(string orderId) => new(orderId, "CUST-7", [new("SKU-1", 2, 1.5m)])
    {
        Priority = Priority.NextDay,
        PromisedDeliveryAt = ManualTime.Start.AddDays(1),
        Shipping = new("Springfield", "IL"),
    };

    public static FailureReport Report(
        string orderId, string? workflowId = null, string status = "picking_failed", DateTimeOffset? failedAt = null) =>
        new(orderId, status, workflowId ?? $"wms-{orderId}", failedAt ?? ManualTime.Start.AddMinutes(-10), "no picker");

    /// <summary>Orders that failed elsewhere and are due at once, the first the longest ago.</summary>
    public async Task<List<string>> AddFailedAsync(int count, int first = 0, string status = "picking_failed")
    {
        var ids = Enumerable.Range(first, count).Select(OrderId).ToList();
        var orders = ids.ConvertAll(id => new NewOrder(Input(id))
        {
            Failure = new(Report(id, status: status, failedAt: ManualTime.Start.AddMinutes(-60).AddSeconds(ids.IndexOf(id))), RetryStrategy.Immediate),
        });
        var outcomes = await Orders.CreateManyAsync(orders, CancellationToken.None);
        Assert.All(outcomes, outcome => Assert.IsType<CreateOutcome.Created>(outcome));
        return ids;
    }

    public async Task<Order> GetAsync(string orderId) =>
        await Orders.GetAsync(orderId, CancellationToken.None) ?? throw new InvalidOperationException($"No order {orderId}.");

    /// <summary>The least change of an order: an event of its timeline.</summary>
    public async Task<ChangeOutcome> NoteAsync(string orderId, string text) => (await new OrderChanger(Tables).ChangeAsync(
        orderId, withInput: false, order => OrderTransitions.Note(order, text, Time.GetUtcNow()), CancellationToken.None)).Outcome;

    /// <summary>Begins the order's workflow and lets it fail, due at once.</summary>
    public async Task FailAgainAsync(string orderId)
    {
        var workflowId = (await GetAsync(orderId)).WorkflowId!;
        Assert.True(await Orders.BeginExternalAsync(orderId, workflowId, RestartPoint.Beginning, CancellationToken.None) is ChangeOutcome.Changed or ChangeOutcome.Unchanged);
        Assert.IsType<ChangeOutcome.Changed>(
            await Orders.RecordFailureAsync(Report(orderId, workflowId, failedAt: Time.Now), RetryStrategy.Immediate, CancellationToken.None));
    }

    /// <summary>What the workflow's activity does, without the work.</summary>
    public async Task<ChangeOutcome> FinishStageAsync(string orderId, string workflowId, Stage stage) =>
        await Orders.ClaimStageAsync(new(orderId, workflowId, stage, RestartPoint.FailedStage), CancellationToken.None) is StageClaim.Held claim
            ? await Orders.FinishStageAsync(claim, CancellationToken.None)
            : new ChangeOutcome.Unchanged(await GetAsync(orderId));

    public async Task<DueSlice> QueryAsync(ReprocessingRule? rule = null, int limit = 1_000, int chunkSize = 100, string? cursor = null) =>
        await Due.QueryAsync(new(rule ?? Rule(), limit, chunkSize, cursor), CancellationToken.None);

    /// <summary>One slice, all its chunks.</summary>
    public async Task<List<OrderOutcome>> RunAsync(ReprocessingRule rule, int limit = 1_000)
    {
        List<OrderOutcome> outcomes = [];
        foreach (var chunk in (await QueryAsync(rule, limit)).Chunks)
        {
            outcomes.AddRange(await Reprocessor.ProcessChunkAsync(rule, chunk.Orders, CancellationToken.None));
        }

        return outcomes;
    }

    public async Task<List<TimelineEvent>> TimelineAsync(string orderId, int pageSize = 1_000)
    {
        List<TimelineEvent> events = [];
        string? token = null;
        do
        {
            var page = await Orders.ReadTimelineAsync(orderId, pageSize, token, CancellationToken.None);
            events.AddRange(page!.Items);
            token = page.Next;
        }
        while (token is not null);

        return events;
    }

    public async Task<List<TableEntity>> RowsAsync(TableClient? table = null)
    {
        List<TableEntity> rows = [];
        await foreach (var row in (table ?? Tables.Orders).QueryAsync<TableEntity>())
        {
            rows.Add(row);
        }

        return rows;
    }

    private T Spoilt<T>(T options)
        where T : ClientOptions
    {
        options.AddPolicy(Faults, HttpPipelinePosition.PerRetry);
        options.Retry.MaxRetries = 3;
        options.Retry.Mode = RetryMode.Fixed;
        options.Retry.Delay = TimeSpan.FromMilliseconds(1);
        return options;
    }

    /// <summary>All rows as text, without what the service adds.</summary>
    public async Task<string> DumpAsync(TableClient? table = null)
    {
        var text = new StringBuilder();
        foreach (var row in await RowsAsync(table))
        {
            text.Append(CultureInfo.InvariantCulture, $"{row.PartitionKey} {row.RowKey}\n");
            foreach (var (name, value) in row.OrderBy(column => column.Key, StringComparer.Ordinal))
            {
                if (name is not ("PartitionKey" or "RowKey" or "Timestamp" or "odata.etag"))
                {
                    text.Append(CultureInfo.InvariantCulture, $"  {name}: {(value is DateTimeOffset at ? at.ToString("O", CultureInfo.InvariantCulture) : value)}\n");
                }
            }
        }

        return text.ToString();
    }
}
