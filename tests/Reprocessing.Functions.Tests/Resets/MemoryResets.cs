using System.Collections.Concurrent;
using Reprocessing.Domain.Names;
using Reprocessing.Storage.Rows;
using Reprocessing.Storage.Workflows;
using Reprocessing.Functions.Tests.Jobs.Requests;

namespace Reprocessing.Functions.Tests.Resets;

/// <summary>Index, steps and orders in memory. Nothing of them is lost when the process dies.</summary>
internal sealed class MemoryResets : IResetStore, IDeadLetterCommands
{
    private readonly ConcurrentDictionary<string, StoredResetStep> _steps = [];
    private readonly ConcurrentDictionary<string, IReadOnlyList<CapturedEvent>> _events = [];
    private readonly ConcurrentDictionary<string, DateTimeOffset> _touched = [];

    public MemoryResets()
    {
        Index.Setup(index => index.GetAsync(It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .Returns<string, CancellationToken>((id, _) => Outage ? throw new RequestFailedException(503, "busy") : Task.FromResult(Read(id)));
        Index.Setup(index => index.RecordAsync(It.IsAny<IReadOnlyList<WorkflowRecord>>(), It.IsAny<CancellationToken>()))
            .Returns<IReadOnlyList<WorkflowRecord>, CancellationToken>((records, _) => Record(records));
        Index.Setup(index => index.QueryAsync(It.IsAny<Reprocessing.Domain.Filters.FilterPredicate?>(), It.IsAny<int>(), It.IsAny<string?>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((Reprocessing.Domain.Filters.FilterPredicate? filter, int _, string? _, CancellationToken _) => new Reprocessing.Storage.Page<WorkflowRecord>(
                [.. Records.Values.Where(record => filter?.Matches(record) != false).Select(record => record with { OriginalInput = null })], null));
        Orders.Setup(orders => orders.GetAsync(It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .Returns<string, CancellationToken>((id, _) => BrokenOrders.Contains(id)
                ? throw new BrokenRowException($"Row {id} is no order.")
                : Task.FromResult(StoredOrders.GetValueOrDefault(id)));
    }

    public Mock<IWorkflowIndex> Index { get; } = new();

    public Mock<IOrderStore> Orders { get; } = new();

    public SettableClock Clock { get; } = new(FakeJob.Start);

    /// <summary>Jobs that may have left something half done.</summary>
    public HashSet<string> Open { get; } = [];

    public Dictionary<string, WorkflowRecord> Records { get; } = [];

    /// <summary>Orders whose rows nobody can read.</summary>
    public HashSet<string> BrokenOrders { get; } = [];

    /// <summary>Workflows whose events fit into no row.</summary>
    public HashSet<string> TooLarge { get; } = [];

    /// <summary>What the index is told, once, right after a record was read.</summary>
    public Action<string>? AfterRead { get; set; }

    /// <summary>The index does not answer.</summary>
    public bool Outage { get; set; }

    public ConcurrentDictionary<string, Order> StoredOrders { get; } = [];

    public ResetStep? StepOf(string id) => _steps.GetValueOrDefault(id)?.Step;

    public Task<StoredResetStep?> ReadAsync(string jobId, string instanceId, CancellationToken cancellationToken) =>
        Task.FromResult(_steps.GetValueOrDefault(instanceId));

    public Task<StoredResetStep> WriteAsync(string jobId, StoredResetStep? stored, ResetStep step, CancellationToken cancellationToken)
    {
        if (_steps.GetValueOrDefault(step.InstanceId)?.ETag != stored?.ETag)
        {
            throw new PreconditionFailedException("Another was quicker.");
        }

        _touched[step.InstanceId] = Clock.GetUtcNow();
        return Task.FromResult(_steps[step.InstanceId] = new(step, Guid.NewGuid().ToString()));
    }

    public Task<StoredResetStep> CaptureAsync(
        string jobId, StoredResetStep? stored, ResetStep step, IReadOnlyList<CapturedEvent> events, CancellationToken cancellationToken)
    {
        if (TooLarge.Contains(step.InstanceId))
        {
            throw new RequestFailedException(413, "The page is too large.");
        }

        _events[step.InstanceId] = events;
        return WriteAsync(jobId, stored, step with { Events = events.Count, Capture = (stored?.Step.Capture ?? 0) + 1 }, cancellationToken);
    }

    public Task<IReadOnlyList<CapturedEvent>> ReadEventsAsync(string jobId, ResetStep step, CancellationToken cancellationToken) =>
        Task.FromResult(_events[step.InstanceId]);

    public Task OpenJobAsync(string jobId, CancellationToken cancellationToken) => Task.FromResult(Open.Add(jobId));

    public Task<IReadOnlyList<string>> ListOpenJobsAsync(int limit, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([.. Open]);

    public Task CloseJobAsync(string jobId, CancellationToken cancellationToken) => Task.FromResult(Open.Remove(jobId));

    public Task<IReadOnlyList<string>> ListUnfinishedAsync(string jobId, DateTimeOffset? touchedBefore, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([.. _steps.Values.Select(stored => stored.Step)
            .Where(step => step.Stage != ResetStage.Done && !(_touched[step.InstanceId] >= touchedBefore))
            .Select(step => step.InstanceId)]);

    public Task<IReadOnlyList<CommandResult>> HandleAsync(
        DeadLetterCommand command, IReadOnlyList<ItemRef> items, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<CommandResult>>([.. items.Select(item => Reset(Assert.IsType<ResetCommand>(command), item))]);

    private CommandResult Reset(ResetCommand command, ItemRef item)
    {
        var (order, workflowId, action) = (StoredOrders[item.Id], item.ExpectedVersion, command.Action);
        if (order.Attempts.FirstOrDefault(attempt => attempt.RunId == action.JobId && attempt.JobItem == workflowId) is null)
        {
            var transition = ResetTransitions.Reset(order, workflowId, command.Rule, action, order.UpdatedAt.AddMinutes(1));
            if (transition is Transition.Refused refused)
            {
                var reason = order.Phase == OrderPhase.Completed ? ItemReasons.Completed : EnumNames.Of(refused.Reason);
                return new(new(order.OrderId, ItemState.Skipped, reason, refused.Message)) { Order = order };
            }

            StoredOrders[order.OrderId] = order = Assert.IsType<Transition.Applied>(transition).Order;
        }

        return new(new(order.OrderId, ItemState.Succeeded) { WorkflowId = order.WorkflowId })
        {
            Order = order,
            Start = new(order.OrderId, order.WorkflowId!, 0, order.Generation, new(order.OrderId, "C", [])) { Modifications = order.Modifications },
        };
    }

    private WorkflowRecord? Read(string id)
    {
        lock (Records)
        {
            var (record, after) = (Records.GetValueOrDefault(id), AfterRead);
            AfterRead = null;
            after?.Invoke(id);
            return record;
        }
    }

    public void Tell(WorkflowRecord record)
    {
        lock (Records)
        {
            Records[record.InstanceId] = record.Over(Records.GetValueOrDefault(record.InstanceId));
        }
    }

    private Task Record(IReadOnlyList<WorkflowRecord> records)
    {
        foreach (var record in records)
        {
            Tell(record);
        }

        return Task.CompletedTask;
    }
}
