using EndToEnd.Tests.Golden;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Orders;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Orders;
using Reprocessing.Domain.Workflows;
using Reprocessing.Storage;
using Reprocessing.Storage.Jobs;
using Reprocessing.Storage.Rows;
using Reprocessing.Storage.Workflows;
using Reprocessing.Testing.InMemory;
using Reprocessing.Testing.Replay;

namespace EndToEnd.Tests.Invariants;

/// <summary>
/// Reads everything that a story has stored and checks what must hold of all of it. Nothing needs to have ended: every
/// transaction leaves the rows consistent, so they are at any moment.
/// </summary>
internal sealed class InvariantCheck(OrdersOnStorage store, HistoryReplay replay)
{
    private readonly List<string> _violations = [];

    /// <summary>After a story of processes: the app's code is put together here, to replay what they recorded.</summary>
    public static async Task RunAsync(OrdersOnStorage store)
    {
        using var app = InProcessApp.Compose(store.Settings());
        var replay = new HistoryReplay(app.Services.GetRequiredService<AppFunctions>(), app.Services);
        await new InvariantCheck(store, replay).RunAsync(await StorageHub.ReadAllAsync(store.ConnectionString, store.HubName), startsOf: null, [], () => string.Empty);
    }

    /// <param name="recorded">Every instance of the hub.</param>
    /// <param name="startsOf">How often an instance was started; null where the engine does not say.</param>
    /// <param name="except">Orders whose rows the story has broken on purpose.</param>
    /// <param name="log">What the app has said, for the message.</param>
    public async Task RunAsync(
        IReadOnlyList<RecordedInstance> recorded, Func<string, int>? startsOf, IReadOnlyCollection<string> except, Func<string> log)
    {
        var rows = await StoredRows.ReadAtOneMomentAsync(store);
        var whole = rows.OrderIds.Except(except).ToList();
        foreach (var lost in store.SeededIds.Except(rows.OrderIds))
        {
            _violations.Add($"{lost} is lost");
        }

        _violations.AddRange(whole.SelectMany(orderId => OrderInvariants.Violations(rows, orderId)));
        Assert.True(_violations.Count == 0, Text(log));

        var orders = whole.Select(rows.ReadOrder).ToList();
        CheckRuns(rows, orders, await store.ReadRunsAsync());
        await CheckWorkflowsAsync(orders);
        await CheckJobsAsync(orders);
        CheckInstances(recorded, startsOf, orders);
        Assert.True(_violations.Count == 0, Text(log));
    }

    /// <summary>What a run counted is what the timelines tell of it.</summary>
    private void CheckRuns(StoredRows rows, IEnumerable<StoredOrder> orders, IReadOnlyList<StoredRun> runs)
    {
        var told = orders.SelectMany(order => OrderInvariants.ReadTimeline(rows, order))
            .Where(told => told.RunId is not null)
            .ToLookup(told => (told.RunId, told.Kind));
        foreach (var run in runs)
        {
            if (!run.Result.IsBalanced)
            {
                _violations.Add($"{run.RunId} is not balanced: {run.Result}");
            }

            var (restarted, dead) = (told[(run.RunId, TimelineEventKind.Restarted)].Count(), told[(run.RunId, TimelineEventKind.DeadLettered)].Count());
            if (run.State.HasEnded() && (restarted, dead) != (run.Result.RestartedCount, run.Result.DlqCount))
            {
                _violations.Add($"{run.RunId} restarted {restarted} and dead-lettered {dead} orders, but says {run.Result}");
            }
        }
    }

    /// <summary>Once all events are projected, the index says of every order's latest workflow what the order says of it.</summary>
    private async Task CheckWorkflowsAsync(IEnumerable<StoredOrder> orders)
    {
        var index = new WorkflowIndex(store.Tables, TimeProvider.System, NullLogger<WorkflowIndex>.Instance);
        await index.ProjectAsync(CancellationToken.None);
        foreach (var told in orders.SelectMany(order => OrderWorkflows.Of(order.Order)))
        {
            var stored = await index.GetAsync(told.InstanceId, CancellationToken.None);
            if (stored?.Version > told.Version)
            {
                // The order has gone on since it was read here, and the index has heard of that.
                continue;
            }

            if (stored is null || (stored.Revision == 0 && stored.Status != told.Status) || stored.NextInstance != told.NextInstance || stored.OrderStatus != told.OrderStatus)
            {
                _violations.Add($"the order says {told}, the index {stored}");
            }
        }
    }

    private async Task CheckJobsAsync(IEnumerable<StoredOrder> orders)
    {
        var byId = orders.ToDictionary(order => order.Order.OrderId, order => order.Order, StringComparer.Ordinal);
        await foreach (var job in PagesAsync(token => store.Jobs.ListAsync(new(), 100, token, CancellationToken.None)))
        {
            List<JobItem> items = [];
            await foreach (var item in PagesAsync(token => store.Jobs.ListItemsAsync(job.JobId, null, 500, token, CancellationToken.None)))
            {
                items.Add(item);
            }

            var outcomes = await store.Jobs.GetOutcomesAsync(job.JobId, CancellationToken.None);
            _violations.AddRange(new JobInvariants(job, items, outcomes, byId).Violations(store.Now));
        }
    }

    private static async IAsyncEnumerable<T> PagesAsync<T>(Func<string?, Task<Page<T>>> read)
    {
        for (string? token = null; ;)
        {
            var page = await read(token);
            foreach (var item in page.Items)
            {
                yield return item;
            }

            token = page.Next;
            if (token is null)
            {
                yield break;
            }
        }
    }

    private void CheckInstances(IReadOnlyList<RecordedInstance> recorded, Func<string, int>? startsOf, IEnumerable<StoredOrder> orders)
    {
        var attempts = orders.SelectMany(order => order.Order.Attempts).Select(attempt => attempt.WorkflowId).ToHashSet(StringComparer.Ordinal);
        var invariants = new InstanceInvariants(replay);
        foreach (var instance in recorded)
        {
            GoldenRecorder.Offer(instance);
            _violations.AddRange(invariants.Violations(instance, startsOf?.Invoke(instance.InstanceId)));
            if (InstanceInvariants.IsWorkflow(instance) && !attempts.Contains(instance.InstanceId))
            {
                _violations.Add($"{instance.InstanceId} is a workflow of no attempt");
            }
        }
    }

    private string Text(Func<string> log) => string.Join(
        Environment.NewLine, [$"{_violations.Count} violations", .. _violations.Take(20), log()]);
}
