using Embedded.DurableTask.Engine;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Store;

namespace Embedded.DurableTask.Hosting;

/// <summary>An activity call of a committed turn.</summary>
internal sealed record ActivityWork(ActiveInstance Instance, int Generation, TaskScheduled Call);

/// <summary>
/// Runs activities, a bounded number at once, each at least once: its result becomes durable with the turn that handles it.
/// </summary>
internal sealed class ActivityPump(HubServices hub)
{
    // A result shares its turn's transaction with others.
    private const int MaxResult = StoreLimits.RowLength;

    // A quarter of the workers is out of any one function's reach: a slow outside system must not keep the others waiting.
    private readonly FairQueue<ActivityWork> _work = new(Math.Max(1, hub.Options.MaxConcurrentActivities * 3 / 4));
    private Task _loops = Task.CompletedTask;

    public void Enqueue(ActivityWork work) => _work.Add(work.Call.Name, work);

    public void Start() =>
        _loops = Task.WhenAll(Enumerable.Range(0, hub.Options.MaxConcurrentActivities).Select(_ => Background.Start(WorkAsync)));

    /// <summary>Done when no activity runs any more.</summary>
    public Task WhenStopped => _loops;

    private async Task WorkAsync()
    {
        try
        {
            await foreach (var work in _work.TakeAllAsync(hub.Life.Working))
            {
                await WorkAsync(work);
                _work.Done(work.Call.Name);
            }
        }
        catch (OperationCanceledException) when (hub.Life.Working.IsCancellationRequested)
        {
        }
    }

    private async Task WorkAsync(ActivityWork work)
    {
        // Its instance may have ended while it waited.
        if (work.Instance.IsOpen(work.Generation, work.Call.TaskId) && await RunAsync(work) is { } answer)
        {
            hub.Ready.Post(work.Instance, new Arrival(answer, work.Generation));
        }
    }

    /// <summary>Null if the host stopped meanwhile: the next one runs the activity again.</summary>
    private async Task<HistoryEvent?> RunAsync(ActivityWork work)
    {
        var call = work.Call;
        if (!hub.Executor.HasActivity(call.Name))
        {
            hub.Logger.UnknownActivity(call.Name, call.TaskId, work.Instance.Id);
            return Failed(call, TaskFailures.MissingActivity(call.Name));
        }

        try
        {
            var request = new ActivityRequest(call.Name, work.Instance.Id, call.TaskId, call.Input);
            var result = await hub.Executor.RunActivityAsync(request, hub.Life.Working);
            return result is { Length: > MaxResult }
                ? throw new StoreLimitException($"The activity's result has {result.Length:N0} characters; {MaxResult:N0} is the most.")
                : new TaskCompleted(hub.Time.GetUtcNow().UtcDateTime, call.TaskId, result);
        }
        catch (Exception) when (hub.Life.Working.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception exception)
        {
            hub.Logger.ActivityFailed(call.Name, call.TaskId, work.Instance.Id, exception);
            return Failed(call, FailureRecord.FromException(exception));
        }
    }

    private TaskFailed Failed(TaskScheduled call, FailureRecord failure) => new(hub.Time.GetUtcNow().UtcDateTime, call.TaskId, failure);
}
