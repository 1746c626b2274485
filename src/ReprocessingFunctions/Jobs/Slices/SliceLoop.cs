namespace ReprocessingFunctions.Jobs.Slices;

/// <summary>
/// Works a job off in slices of at most a thousand items, one slice a generation, so that the history stays small however
/// large it is. A selection that keeps failing fails the instance; what was done until then is in its custom status.
/// </summary>
internal static class SliceOrchestrator
{
    [Function(nameof(SliceOrchestrator))]
    public static async Task<ReprocessingResult> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<SliceInput>() ?? throw new ArgumentException($"{nameof(SliceOrchestrator)} needs an input.");
        using var loop = new SliceLoop(context, input);
        return await loop.RunAsync();
    }
}

/// <summary>
/// Carries out what <see cref="SliceState"/> decides: begins calls, waits for whatever ends first - a call, an event, the timer -
/// and tells the state. Deterministic: it takes the time from the context alone and folds one thing after the other.
/// </summary>
internal sealed class SliceLoop(TaskOrchestrationContext context, SliceInput input) : IDisposable
{
    /// <summary>
    /// Calls, timers and events of one generation, each three to five events of its history: a job that waits for days, or is paced
    /// slowly, begins anew with its small state before the history has grown to a thousand.
    /// </summary>
    public const int Budget = 120;

    private static readonly ActivityPolicy Storage = new(TimeSpan.FromMinutes(2));

    /// <summary>Half an hour of tries: what a job does not let go of before it ends, it would hold after its end.</summary>
    private static readonly ActivityPolicy Release = Storage with { Attempts = 60 };

    private readonly SliceState _state = new(input, new(context.CurrentUtcDateTime, TimeSpan.Zero));
    private readonly WakeTimer _timer = new(context);
    private readonly List<Task> _calls = [];
    private Task? _receiving;
    private JobStatus? _published;
    private int _spent;
    private bool _isSelecting;

    private DateTimeOffset Now => _timer.Now;

    public async Task<ReprocessingResult> RunAsync()
    {
        while (true)
        {
            Begin();
            PublishStatus();
            if (_calls.Count == 0 && _state.IsOver)
            {
                return _state.Finish(Now);
            }

            if (_calls.Count == 0 && _state.IsClosing)
            {
                _timer.Stop();
                context.ContinueAsNew(_state.Next());
                return _state.Result;
            }

            await WaitAsync();
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Begin()
    {
        _state.Advance(Now);
        if (_spent >= Budget)
        {
            _state.Close();
        }

        if (_state.DequeuePause(Now))
        {
            Start(PauseAsync());
        }

        if (!_isSelecting && _state.WantsSlice() is > 0 and var limit)
        {
            Start(SelectAsync(limit));
        }

        while (_state.DequeueChunk(Now) is { Count: > 0 } items)
        {
            Start(ProcessAsync(items));
        }

        if (_state.DequeueWatch(Now) is { Count: > 0 } watched)
        {
            Start(WatchAsync(watched));
        }

        while (_state.DequeueAbandoned() is (var reason, { Count: > 0 } given))
        {
            Start(AbandonAsync(reason, given));
        }

        if (_state.DequeuePoll(Now))
        {
            Start(PollAsync());
        }
    }

    private void Start(Task call)
    {
        _spent++;
        _calls.Add(call);
    }

    /// <summary>Takes one thing that has ended. What the calls and the ear hear they tell the state themselves.</summary>
    private async Task WaitAsync()
    {
        _spent += _timer.Set(_state.WakeAt(Now)) ? 1 : 0;
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
        _state.ApplyControl(EventJson.Read<JobControl>(raised), Now);
    }

    private async Task SelectAsync(int limit)
    {
        _isSelecting = true;
        var slice = await context.CallTimedAsync<ItemSlice>(
            nameof(SelectItems),
            new SelectItemsInput(Job, limit, input.Limits.Sizes.Chunk(_state.Control.Pace), input.Cursor, input.Limits.Reservation, _state.Result.Tally),
            new ActivityPolicy(input.Limits.QueryTimeout));
        _isSelecting = false;
        _state.Enqueue(slice, Now);
    }

    private async Task ProcessAsync(IReadOnlyList<ItemRef> items)
    {
        var answer = await TryAsync(
            nameof(ProcessItems), new ProcessItemsInput(Job, items, _state.Waits, _state.HoldOf(items)), items, new ActivityPolicy(input.Limits.ProcessTimeout));

        // Items that cannot be processed never stop a job. Should the call have done its work after all, the item rows will tell.
        _state.ApplyResult(items, answer ?? ItemsResponse.All(ItemState.Failed, items.Count), Now);
    }

    private async Task WatchAsync(IReadOnlyList<ItemRef> items)
    {
        var answer = await TryAsync(nameof(WatchItems), new WatchItemsInput(Job, items, _state.HoldOf(items)), items, Storage);
        _state.ApplyWatch(items, (answer ?? ItemsResponse.All(ItemState.Running, items.Count)).States, Now);
    }

    private async Task AbandonAsync(AbandonReason reason, IReadOnlyList<ItemRef> items)
    {
        var answer = await TryAsync(nameof(AbandonItems), new AbandonItemsInput(Job, items, reason), items, Release);
        var otherwise = reason == AbandonReason.NotStarted ? ItemState.Pending : ItemState.Failed;
        _state.ApplyAbandoned(items, (answer ?? ItemsResponse.All(otherwise, items.Count)).States, Now);
    }

    private Task<ItemsResponse?> TryAsync(string activity, object call, IReadOnlyList<ItemRef> items, ActivityPolicy policy) =>
        context.TryCallTimedAsync<ItemsResponse>(
            activity,
            call,
            policy,
            reason => context.CreateReplaySafeLogger(nameof(SliceOrchestrator)).ItemsCallFailed(activity, input.JobId, items.Count, reason));

    private async Task PollAsync() => _state.ApplyControl(await context.ReadControlAsync(nameof(ReadJobControl), input.JobId), Now);

    private async Task PauseAsync() => _state.Pause(await context.ReadControlAsync(nameof(PauseJob), input.JobId), Now);

    private void PublishStatus()
    {
        var status = JobStatus.Of(input, _state, Now);
        if (!status.SaysTheSameAs(_published))
        {
            _published = status;
            context.SetCustomStatus(status);
        }
    }

    private JobCall Job => new(input.JobId, input.Operation, input.Options);
}
