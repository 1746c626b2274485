using System.Globalization;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging.Abstractions;
using Reprocessing.Domain.Failures;
using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Orders;
using Reprocessing.Domain.Retries;
using Reprocessing.Storage;
using Reprocessing.Storage.Jobs;
using Reprocessing.Storage.Orders;
using Reprocessing.Storage.Rows;
using Reprocessing.Storage.Transactions;
using Reprocessing.Storage.Transfers;
using Reprocessing.Storage.Workflows;

namespace EndToEnd.Tests.Orders;

/// <summary>
/// What an app has left that worked long ago: rows as its own types write them, and in the task hub copies of an instance that has really been run there.
/// </summary>
internal sealed class AgedStorage(OrdersOnStorage store, DateTimeOffset at)
{
    private const int ManyAtOnce = 16;
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TableClient _instances = store.Service.GetTableClient($"{store.HubName}Instances");
    private readonly TableClient _histories = store.Service.GetTableClient($"{store.HubName}History");
    private readonly BlobContainerClient _messages = new(store.ConnectionString, $"{store.HubName.ToLowerInvariant()}-largemessages");

    public async Task<StoredSize> AddCompletedAsync(IReadOnlyList<string> orderIds, string template)
    {
        await AddOrdersAsync(orderIds, order => OrderTransitions.Complete(order, order.WorkflowId!, at));
        return await AddInstancesAsync(orderIds, template);
    }

    public async Task<StoredSize> AddFailedAsync(IReadOnlyList<string> orderIds, string template)
    {
        await AddOrdersAsync(orderIds, order =>
        {
            var report = new FailureReport(order.OrderId, FailureStatuses.PickingFailed, order.WorkflowId!, at, "The shelf was empty.");
            return OrderStore.Fail(order, OrderFailure.From(report), RetryStrategy.Immediate, at);
        });
        return await AddInstancesAsync(orderIds, template);
    }

    /// <summary>Plans of so many items; every other one was applied, and its job has ended.</summary>
    public async Task AddPlansAsync(int count, int items, string name, TimeSpan lifetime)
    {
        var plans = new PlanStore(store.Tables, new TransferBlobs(new BlobServiceClient(store.ConnectionString), new StorageOptions { TablePrefix = store.Name }), TimeProvider.System);
        for (var number = 0; number < count; number++)
        {
            var createdAt = at.AddMinutes(number);
            var key = JobIds.NewKey(createdAt, $"{name}{number.ToString(CultureInfo.InvariantCulture)}");
            var plan = Plan(key, createdAt, items) with { ExpiresAt = createdAt + lifetime, JobId = number % 2 == 1 ? JobIds.Job(key) : null };
            await plans.AddItemsAsync(plan.PlanId, [.. Enumerable.Range(0, items).Select(item => Item($"{name}-{item:D5}", plan.JobId is not null))], None);
            await plans.CreateAsync(plan, None);
            if (plan.JobId is not null)
            {
                await store.Tables.Jobs.AddEntityAsync(JobRows.Listed(JobRows.JobIndex, createdAt, plan.JobId));
                await store.Tables.Jobs.AddEntityAsync(JobRows.Job(EndedJob(plan)));
            }
        }
    }

    private async Task AddOrdersAsync(IReadOnlyList<string> orderIds, Func<Order, Transition> end)
    {
        await Parallel.ForEachAsync(orderIds.GroupBy(store.Tables.PartitionOf), None, async (shard, cancelled) =>
            Assert.Empty(await UnitSubmitter.SubmitAsync(store.Tables.Orders, [.. shard.Select(orderId => Order(shard.Key, orderId, end))], cancelled)));
        await new WorkflowIndex(store.Tables, TimeProvider.System, NullLogger<WorkflowIndex>.Instance).ProjectAsync(None);
    }

    private TransactionUnit<string> Order(string partition, string orderId, Func<Order, Transition> end)
    {
        var input = new OrderInput(orderId, "customer-1", [new OrderItem("SKU-1", 2, 0.5m)]);
        var created = OrderTransitions.Create(input, at);
        var begun = Assert.IsType<Transition.Applied>(OrderTransitions.Begin(created.Order, created.Order.WorkflowId!, RestartPoint.Beginning, at));
        var ended = Assert.IsType<Transition.Applied>(end(begun.Order));
        var change = new OrderChange(partition, null, ended.Order, [.. created.Events, .. begun.Events, .. ended.Events], StorageJson.Write(input));
        return new(orderId, change.Actions());
    }

    /// <summary>Every tenth has had a message that was too large for a row.</summary>
    /// <param name="template">The order of the instance that is copied, whose id is told by no other text.</param>
    private async Task<StoredSize> AddInstancesAsync(IReadOnlyList<string> orderIds, string template)
    {
        var rows = new TableClient[] { _instances, _histories }.ToDictionary(table => table, table => table.Query<TableEntity>($"PartitionKey eq '{InstanceOf(template)}'").ToList());
        var age = DateTimeOffset.UtcNow - at;
        await _messages.CreateIfNotExistsAsync();
        var total = StoredSize.None;
        var gate = new Lock();
        await Parallel.ForEachAsync(orderIds.Index(), new ParallelOptions { MaxDegreeOfParallelism = ManyAtOnce }, async (order, cancelled) =>
        {
            var size = StoredSize.None;
            foreach (var (table, originals) in rows)
            {
                var copies = originals.ConvertAll(row => Copy(row, template, order.Item, age));
                size = copies.Aggregate(size, (sum, row) => sum.And(row));
                foreach (var some in copies.Chunk(UnitSubmitter.MaxOperations))
                {
                    await table.SubmitTransactionAsync(some.Select(row => new TableTransactionAction(TableTransactionActionType.Add, row)), cancelled);
                }
            }

            if (order.Index % 10 == 0)
            {
                await _messages.UploadBlobAsync($"{InstanceOf(order.Item)}/message-1.json.gz", BinaryData.FromString(new string('m', 2_000)), cancelled);
            }

            lock (gate)
            {
                total += size;
            }
        });
        return total;
    }

    private static TableEntity Copy(TableEntity row, string template, string orderId, TimeSpan age)
    {
        var copy = new TableEntity(Renamed(row.PartitionKey), Renamed(row.RowKey));
        foreach (var (column, value) in row.Where(pair => pair.Value is not null && !StoredSize.IsOfStorage(pair.Key)))
        {
            copy[column] = value switch
            {
                string text => Renamed(text),
                DateTimeOffset time => time - age,
                _ => value,
            };
        }

        return copy;

        string Renamed(string text) => text.Replace(template, orderId, StringComparison.Ordinal);
    }

    private static string InstanceOf(string orderId) => WorkflowIds.For(orderId, generation: 0, retry: 0);

    private static PlanRecord Plan(string key, DateTimeOffset createdAt, int items) => new()
    {
        PlanId = JobIds.Plan(key),
        Operation = JobOperation.Retry,
        RequestedBy = "ann",
        CreatedAt = createdAt,
        ExpiresAt = createdAt,
        Selection = "all",
        Count = items,
        Hash = "abc",
    };

    private static JobItem Item(string orderId, bool isDone) =>
        new(orderId, "1", isDone ? ItemState.Succeeded : ItemState.Pending) { Group = "g1", WorkflowId = isDone ? InstanceOf(orderId) : null };

    private static JobRecord EndedJob(PlanRecord plan) => new()
    {
        JobId = plan.JobId!,
        PlanId = plan.PlanId,
        Operation = plan.Operation,
        State = JobState.Succeeded,
        Reason = "The shelves are full again.",
        RequestedBy = plan.RequestedBy,
        CreatedAt = plan.CreatedAt,
        StartedAt = plan.CreatedAt,
        EndedAt = plan.CreatedAt,
        Selection = plan.Selection,
        TotalItems = plan.Count,
        Control = new(1, DesiredState.Run, new()),
    };
}

/// <summary>Rows, and the bytes that Azure counts for them.</summary>
internal readonly record struct StoredSize(long Rows, long Bytes)
{
    public static readonly StoredSize None = new(0, 0);

    public static StoredSize operator +(StoredSize one, StoredSize other) => new(one.Rows + other.Rows, one.Bytes + other.Bytes);

    public static StoredSize operator -(StoredSize one, StoredSize other) => new(one.Rows - other.Rows, one.Bytes - other.Bytes);

    public static bool IsOfStorage(string column) => column is "PartitionKey" or "RowKey" or "Timestamp" or "odata.etag";

    public StoredSize And(TableEntity row) => new(
        Rows + 1,
        Bytes + 4 + (2L * (row.PartitionKey.Length + row.RowKey.Length)) + row.Where(pair => !IsOfStorage(pair.Key)).Sum(pair => 8L + (2 * pair.Key.Length) + SizeOf(pair.Value)));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Rows} rows, {Bytes / 1048576.0:F1} MiB");

    private static long SizeOf(object? value) => value switch
    {
        string text => 4 + (2L * text.Length),
        byte[] bytes => 4 + bytes.Length,
        BinaryData data => 4 + data.ToMemory().Length,
        bool => 1,
        int => 4,
        Guid => 16,
        _ => 8,
    };
}
