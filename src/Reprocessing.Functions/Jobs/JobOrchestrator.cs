namespace Reprocessing.Functions.Jobs;

/// <summary>Works a job off in slices of at most a thousand items. Its instance id is the job's id, so that a repeated start makes no second instance.</summary>
internal static class JobOrchestrator
{
    private static readonly ActivityPolicy Storage = new(TimeSpan.FromMinutes(5));

    [Function(nameof(JobOrchestrator))]
    public static async Task<ReprocessingResult> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<JobInput>() ?? throw new ArgumentException($"{nameof(JobOrchestrator)} needs an input.");
        var checkpoint = input.Checkpoint ?? await context.CallTimedAsync<JobCheckpoint?>(nameof(BeginJob), input.JobId, Storage);
        if (checkpoint is null)
        {
            // It has ended already.
            return new(context.UtcNow());
        }

        using var generation = new JobGeneration(context, checkpoint);
        if (await generation.RunAsync() is { } next)
        {
            context.ContinueAsNew(input with { Checkpoint = next });
            return next.Result;
        }

        var (result, error) = (generation.Finish(), generation.State.Error);
        result = await context.CallTimedAsync<ReprocessingResult>(nameof(EndJob), new EndJobInput(input.JobId, result, error, generation.State.MayHoldUnknown), Storage);
        var phase = error is null ? JobPhase.Completed : JobPhase.Failed;
        context.SetCustomStatus(JobStatus.Of(checkpoint, phase, result, context.UtcNow()) with { Error = error });
        return error is null ? result : throw new JobFailedException($"Job {input.JobId}: {error}");
    }
}

internal sealed record JobInput(string JobId, JobCheckpoint? Checkpoint = null);

/// <summary>Ends a job's orchestration as Failed after the job's own end was stored; its message is the instance's output.</summary>
internal sealed class JobFailedException(string message) : Exception(message);

internal static class JobInstances
{
    public static string Started(string jobId) => RunIds.IsRun(jobId) ? RunStarter.InstanceId : jobId;

    /// <summary>The instances that do the work, the newest first. Not all of them need exist.</summary>
    public static IEnumerable<string> Working(string jobId) => RunIds.IsRun(jobId) ? RunInstances.Children(jobId) : [jobId];
}

/// <summary>Carries out what <see cref="JobStateMachine"/> decides. Deterministic: time comes from the context, results are applied one by one. A slice a generation keeps the history small.</summary>
internal sealed class JobGeneration(TaskOrchestrationContext context, JobCheckpoint input) : IDisposable
{
    /// <summary>A minute of tries. A job that cannot select its items then fails, once what is under way has ended.</summary>
    private const int SelectAttempts = 6;

    private static readonly ActivityPolicy Storage = new(TimeSpan.FromMinutes(2));

    /// <summary>Half an hour of tries: what a job does not release before it ends, it would hold after its end.</summary>
    private static readonly ActivityPolicy Release = Storage with { Attempts = 60 };

    private readonly WakeTimer _timer = new(context);
    private readonly List<Task> _calls = [];
    private Task? _receiving;
    private JobStatus? _published;
    private int _spent;
    private bool _isSelecting;

    public JobStateMachine State { get; } = new(input, context.UtcNow());

    private DateTimeOffset Now => _timer.Now;

    /// <returns>Where the next generation goes on; null when the job is over.</returns>
    public async Task<JobCheckpoint?> RunAsync()
    {
        while (true)
        {
            Begin();
            PublishStatus();
            if (_calls.Count == 0 && (State.IsOver || State.IsClosing))
            {
                _timer.Stop();
                return State.IsOver ? null : State.Next();
            }

            await WaitAsync();
        }
    }

    public ReprocessingResult Finish() => State.Finish(Now);

    public void Dispose() => _timer.Dispose();

    private void Begin()
    {
        State.Advance(Now);
        if (_spent >= input.Limits.CallsPerGeneration)
        {
            State.Close();
        }

        if (State.DequeuePause(Now))
        {
            Start(PauseAsync());
        }

        if (!_isSelecting && State.WantsSlice() is > 0 and var limit)
        {
            Start(SelectAsync(limit));
        }

        while (State.DequeueChunk(Now) is { Count: > 0 } items)
        {
            Start(ProcessAsync(items));
        }

        if (State.DequeueWatch(Now) is { Count: > 0 } watched)
        {
            Start(WatchAsync(watched));
        }

        while (State.DequeueAbandoned() is (var reason, { Count: > 0 } abandoned))
        {
            Start(AbandonAsync(reason, abandoned));
        }

        if (State.DequeuePoll(Now))
        {
            Start(PollAsync());
        }
    }

    private void Start(Task call)
    {
        _spent++;
        _calls.Add(call);
    }

    /// <summary>Takes one thing that has ended. Calls and events tell the state their results themselves.</summary>
    private async Task WaitAsync()
    {
        _spent += _timer.Set(State.WakeAt(Now)) ? 1 : 0;
        _receiving ??= ReceiveAsync();
        var done = await Task.WhenAny([.. _calls, _receiving, .. _timer.Pending is { } timer ? [timer] : Array.Empty<Task>()]);
        if (_calls.Remove(done))
        {
            await done;
        }
        else if (done == _receiving)
        {
            _receiving = null;
            _spent++;
        }
        else
        {
            _timer.Fired();
        }
    }

    /// <summary>An event may be lost with the generation that it reaches last: every chunk's answer brings the control too.</summary>
    private async Task ReceiveAsync()
    {
        var raised = await context.WaitForExternalEvent<JsonElement?>(JobControl.EventName);
        State.ApplyControl(EventJson.Read<JobControl>(raised), Now);
    }

    private async Task SelectAsync(int limit)
    {
        _isSelecting = true;
        var slice = await context.TryCallTimedAsync<ItemSlice>(
            nameof(SelectItems),
            new SelectItemsInput(Job, limit, input.Limits.Sizes.Chunk(State.Control.Pace), input.Cursor, input.Limits.Reservation, State.Result.Tally),
            new ActivityPolicy(input.Limits.QueryTimeout, SelectAttempts),
            reason =>
            {
                context.CreateReplaySafeLogger(nameof(JobOrchestrator)).ItemsCallFailed(nameof(SelectItems), input.JobId, limit, reason);
                State.Fail(reason);
            });
        _isSelecting = false;
        if (slice is not null)
        {
            State.Enqueue(slice, Now);
        }
    }

    private async Task ProcessAsync(IReadOnlyList<ItemRef> items)
    {
        var response = await TryAsync(
            nameof(ProcessItems), new ProcessItemsInput(Job, items, State.Waits, State.HoldOf(items)), items, new ActivityPolicy(input.Limits.ProcessTimeout));

        if (response is null)
        {
            // Items that cannot be processed never stop a job.
            State.ApplyFailedCall(items, Now);
        }
        else
        {
            State.ApplyResult(items, response, Now);
        }
    }

    private async Task WatchAsync(IReadOnlyList<ItemRef> items)
    {
        var response = await TryAsync(nameof(WatchItems), new WatchItemsInput(Job, items, State.HoldOf(items)), items, Storage);
        State.ApplyWatch(items, (response ?? ItemsResponse.All(ItemState.Running, items.Count)).States, Now);
    }

    private async Task AbandonAsync(AbandonReason reason, IReadOnlyList<ItemRef> items)
    {
        var response = await TryAsync(nameof(AbandonItems), new AbandonItemsInput(Job, items, reason, State.Waits), items, Release);
        var otherwise = reason == AbandonReason.NotStarted ? ItemState.Pending : ItemState.Failed;
        State.ApplyAbandoned(items, (response ?? ItemsResponse.All(otherwise, items.Count)).States, Now);
    }

    private Task<ItemsResponse?> TryAsync(string activity, object call, IReadOnlyList<ItemRef> items, ActivityPolicy policy) =>
        context.TryCallTimedAsync<ItemsResponse>(
            activity,
            call,
            policy,
            reason => context.CreateReplaySafeLogger(nameof(JobOrchestrator)).ItemsCallFailed(activity, input.JobId, items.Count, reason));

    private async Task PollAsync() => State.ApplyControl(await context.ReadControlAsync(nameof(ReadJobControl), input.JobId), Now);

    private async Task PauseAsync() => State.Pause(await context.ReadControlAsync(nameof(PauseJob), input.JobId), Now);

    private void PublishStatus()
    {
        var status = JobStatus.Of(input, State, Now);
        if (!status.SaysTheSameAs(_published))
        {
            _published = status;
            context.SetCustomStatus(status);
        }
    }

    private JobCall Job => new(input.JobId, input.Operation, input.Options);
}
