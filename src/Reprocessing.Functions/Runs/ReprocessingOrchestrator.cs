namespace Reprocessing.Functions.Runs;

/// <summary>Settings are read once, when the run begins, and travel with it from one generation to the next. No slice and no chunk begins after the deadline.</summary>
internal sealed record ReprocessingInput(
    string RunId,
    IReadOnlyList<string> FailureStatuses,
    int MaxRetries,
    int BatchSize,
    ReprocessingResult AccumulatedResult,
    int ContinuationCount,
    DateTimeOffset Deadline,
    SliceSizes Sizes,
    TimeSpan QueryTimeout,
    TimeSpan ProcessTimeout,
    JobControl Control)
{
    public int Attempt { get; init; } = 1;

    public int? Expected { get; init; }

    public string? Cursor { get; init; }

    /// <summary>What the generation before has selected and not begun; null when it was through.</summary>
    public DueSlice? Rest { get; init; }

    /// <summary>Why nothing follows after the rest; null when something does.</summary>
    public StopReason? AfterRest { get; init; }

    public Pacer? Pacer { get; init; }

    /// <summary>False for a run that an earlier version has begun.</summary>
    public bool StartsLast { get; init; }

    /// <summary>Chunks that are decided and stored, and whose workflows are not started yet.</summary>
    public IReadOnlyList<ChunkKey> ToStart { get; init; } = [];

    // A run that is paused for days continues as new before its history has grown long. It shapes the history, so a run keeps the number that it was started with
    // under the next version's code.
    public int MaxWaits { get; init; } = 100;

    [JsonIgnore]
    public ReprocessingRule Rule => new(RunId, MaxRetries, FailureStatuses);
}

/// <summary>The custom status of a run's orchestrations: a few hundred bytes, whatever the size of the run.</summary>
internal sealed record RunStatus(
    string RunId,
    JobPhase Phase,
    int Slice,
    ReprocessingResult Result,
    int Processed,
    int? Total,
    double? Percent,
    double? RatePerSecond,
    double? EtaSeconds)
{
    public int UnderWay { get; init; }

    public string? ChildInstanceId { get; init; }

    public string? Error { get; init; }

    public static RunStatus Planning(string runId, DateTimeOffset startedAt) =>
        new(runId, JobPhase.Planning, Slice: 1, new ReprocessingResult(startedAt), Processed: 0, null, null, null, null);

    public static RunStatus Of(ReprocessingInput run, JobPhase phase, ReprocessingResult result, DateTimeOffset now)
    {
        var progress = Progress.Of(result.FoundCount, run.Expected, result.ProcessedAt, now, run.Control.Pace);
        return new(
            run.RunId, phase, result.ContinuationCount + 1, result, result.FoundCount, progress.Total, progress.Percent, progress.RatePerSecond, progress.EtaSeconds);
    }
}

/// <summary>Restarts or dead-letters what is due, oldest first, in slices of at most a thousand. What becomes of an order is decided in <see cref="ReprocessingRule"/>.</summary>
internal static class ReprocessingOrchestrator
{
    [Function(nameof(ReprocessingOrchestrator))]
    public static async Task<ReprocessingResult> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var run = context.GetInput<ReprocessingInput>() ?? throw new ArgumentException($"{nameof(ReprocessingOrchestrator)} needs an input.");
        using var slice = new RunSlice(context, run);
        var result = await slice.RunAsync();
        if (result.StopReason is null)
        {
            context.ContinueAsNew(slice.Next());
        }

        return result;
    }
}

internal sealed class RunSlice(TaskOrchestrationContext context, ReprocessingInput run) : IDisposable
{
    /// <summary>The stages of so many workflows do not keep a run's other calls waiting; to start them by a second call costs a read an order.</summary>
    private const int MostStartedAtOnce = 500;

    /// <summary>Chunks: some thousand orders, and some hundred events of history.</summary>
    private const int MostToStart = 100;

    private static readonly TimeSpan PollWhilePaused = TimeSpan.FromSeconds(30);

    /// <summary>Half an hour of tries: an order that was restarted and is not recorded would be missing from the run's result.</summary>
    private static readonly ActivityPolicy Recording = new(TimeSpan.FromMinutes(2), Attempts: 60);

    private readonly Queue<(int Number, DueChunk Chunk)> _queue = [];
    private readonly List<Task> _running = [];
    private readonly List<ChunkKey> _toStart = [.. run.ToStart];
    private readonly WakeTimer _timer = new(context);
    private ReprocessingResult _result = run.AccumulatedResult with { ContinuationCount = run.ContinuationCount };
    private ReprocessingResult? _completed;
    private JobControl _control = run.Control;
    private Pacer _pacer = run.Pacer ?? new(run.Control.Pace.ItemsPerSecond);
    private DueSlice? _slice;
    private LastSlice? _last;
    private StopReason? _stopping;
    private bool _startsLast;
    private Task? _event;
    private int _underWay;
    private int _waits;

    private DateTimeOffset Now => _timer.Now;

    public async Task<ReprocessingResult> RunAsync()
    {
        try
        {
            var result = await ReprocessAsync();
            if (result.StopReason is not null || _toStart.Count >= MostToStart)
            {
                await StartAsync();
            }

            return result;
        }
        catch (TaskFailedException)
        {
            await StartAsync();
            throw;
        }
    }

    public ReprocessingInput Next() => run with
    {
        AccumulatedResult = _result,
        ContinuationCount = run.ContinuationCount + 1,
        Cursor = _slice?.Cursor ?? run.Cursor,
        Rest = _slice is null ? run.Rest
            : _queue.Count > 0 ? new(_queue.Sum(queued => queued.Chunk.Orders.Count), [.. _queue.Select(queued => queued.Chunk)], _slice.Cursor)
            : null,
        AfterRest = _slice is null ? run.AfterRest : _last?.Result.StopReason,
        Control = _control,
        Pacer = _pacer,
        ToStart = _toStart,
    };

    public void Dispose() => _timer.Dispose();

    private async Task<ReprocessingResult> ReprocessAsync()
    {
        SetStatus();
        await WaitWhilePausedAsync();
        StopAtDeadline();
        var limit = run.Rest?.Count
            ?? SlicePlan.Size(run.BatchSize, _result.FoundCount, run.Sizes.Limit(_control.Pace, waits: false, TimeSpan.MaxValue));
        if (limit == 0 || _stopping is not null || IsTimeToContinue)
        {
            return Ended(limit == 0 ? StopReason.CapReached : null);
        }

        await QueryAsync(limit);
        while (true)
        {
            await WaitWhilePausedAsync();
            Begin();
            SetStatus();
            if (_running.Count == 0 && (_queue.Count == 0 || _stopping is not null || IsTimeToContinue))
            {
                return Ended(_queue.Count == 0 ? _last?.Result.StopReason : null);
            }

            await WaitAsync();
        }
    }

    private bool IsPaused => _control.Demand == DesiredState.Pause && _stopping is null;

    private bool IsTimeToContinue => _waits >= run.MaxWaits;

    private ReprocessingResult Ended(StopReason? otherwise)
    {
        _timer.Stop();
        return _completed ?? ((_stopping ?? otherwise) is { } reason ? _result.Stop(reason) : _result);
    }

    private void StopAtDeadline()
    {
        if (Now >= run.Deadline)
        {
            _stopping ??= StopReason.Deadline;
        }
    }

    private async Task QueryAsync(int limit)
    {
        _slice = run.Rest ?? await context.CallTimedAsync<DueSlice>(
            nameof(QueryFailedOrders),
            new QueryFailedOrdersInput(run.Rule, limit, run.Sizes.Chunk(_control.Pace), run.Cursor),
            new ActivityPolicy(run.QueryTimeout));
        foreach (var chunk in _slice.Chunks.Index())
        {
            _queue.Enqueue(chunk);
        }

        _startsLast = run.StartsLast && (_toStart.Count > 0 || _slice.Count > MostStartedAtOnce);
        var found = _result.FoundCount + _slice.Count;
        var ends = run.Rest is not null ? run.AfterRest : SlicePlan.End(limit, _slice.Count, found, run.BatchSize);
        _last = ends is { } reason ? new(_slice.Chunks.Count, (_result with { FoundCount = found }).Stop(reason)) : null;
    }

    private void Begin()
    {
        while (_queue.Count > 0 && !IsPaused && !IsTimeToContinue && _running.Count < _control.Pace.Parallelism)
        {
            StopAtDeadline();
            if (_stopping is not null || _pacer.WaitUntil(Now) is not null)
            {
                return;
            }

            var (number, chunk) = _queue.Dequeue();
            _pacer = _pacer.Dispatch(chunk.Orders.Count, Now);
            _underWay += chunk.Orders.Count;
            _running.Add(ProcessAsync(number, chunk));
        }
    }

    private async Task WaitAsync()
    {
        // Only a pace makes the next chunk wait for a moment and not for a call.
        var isPaced = _queue.Count > 0 && _stopping is null && _running.Count < _control.Pace.Parallelism;
        _waits += isPaced && _timer.Set(_pacer.WaitUntil(Now)) ? 1 : 0;
        var done = await Task.WhenAny([.. _running, .. _timer.Pending is { } timer ? [timer] : Array.Empty<Task>()]);
        if (_running.Remove(done))
        {
            await done;
        }
        else
        {
            _timer.Fired();
        }
    }

    /// <summary>The event makes it quick; the stored control alone counts, and is read every half minute even if no event comes.</summary>
    private async Task WaitWhilePausedAsync()
    {
        while (IsPaused && _running.Count == 0 && !IsTimeToContinue)
        {
            SetStatus();
            await StartAsync();
            _waits += 2;
            _event ??= context.WaitForExternalEvent<JsonElement?>(JobControl.EventName);
            _timer.Set(new[] { Now + PollWhilePaused, run.Deadline }.Min());
            if (await Task.WhenAny(_event, _timer.Pending!) == _event)
            {
                _event = null;
            }
            else
            {
                _timer.Fired();
            }

            StopAtDeadline();
            if (_stopping is null)
            {
                ApplyControl(await context.ReadControlAsync(nameof(ReadJobControl), run.RunId));
            }
        }
    }

    private async Task ProcessAsync(int number, DueChunk chunk)
    {
        var key = new ChunkKey(run.Attempt, run.ContinuationCount, number);
        var input = new ReprocessOrdersInput(run.Rule, key, chunk.Orders, _last) { StartsLater = _startsLast && _control.Pace.ItemsPerSecond is null };
        var answer = await TryAsync(input, new ActivityPolicy(run.ProcessTimeout))
            ?? await TryAsync(input with { OnlyRecord = true }, Recording)
            ?? new(new(Found: chunk.Orders.Count, Failed: chunk.Orders.Count), _control);
        _underWay -= chunk.Orders.Count;
        if (answer.Tally is { } tally)
        {
            _result = _result.Add(tally);
            if (input.StartsLater && tally.Started > 0)
            {
                _toStart.Add(key);
            }
        }
        else
        {
            _queue.Enqueue((number, chunk));
        }

        _completed ??= answer.Completed;
        ApplyControl(answer.Control);
    }

    /// <summary>
    /// All at once, when all is decided: the calls of a run would otherwise wait in the task hub's queue behind the stages of the workflows that it has started.
    /// Whatever is not started here is started by the next run.
    /// </summary>
    private async Task StartAsync()
    {
        List<ChunkKey> chunks = [.. _toStart];
        _toStart.Clear();
        await Task.WhenAll(chunks.Select(chunk => TryAsync(new(run.Rule, chunk, [], Last: null), new ActivityPolicy(run.ProcessTimeout))));
    }

    private Task<ReprocessOrdersResult?> TryAsync(ReprocessOrdersInput input, ActivityPolicy policy) =>
        context.TryCallTimedAsync<ReprocessOrdersResult>(
            nameof(ReprocessOrders),
            input,
            policy,
            reason => context.CreateReplaySafeLogger(nameof(ReprocessingOrchestrator))
                .ItemsCallFailed(nameof(ReprocessOrders), run.RunId, input.Orders.Count, reason));

    /// <summary>Answers of calls that ran side by side may come in any order.</summary>
    private void ApplyControl(JobControl? control)
    {
        if (control is not null && control.Version > _control.Version)
        {
            _control = control;
            _pacer = _pacer.WithRate(control.Pace.ItemsPerSecond, Now);
        }

        if (_control.Demand == DesiredState.Cancel)
        {
            _stopping ??= StopReason.Canceled;
        }
    }

    private void SetStatus()
    {
        var phase = _stopping is not null ? JobPhase.Stopping : IsPaused ? JobPhase.Paused : JobPhase.Running;
        context.SetCustomStatus(RunStatus.Of(run with { Control = _control }, phase, _result, Now) with { UnderWay = _underWay });
    }
}

internal sealed record QueryFailedOrdersInput(ReprocessingRule Rule, int Limit, int ChunkSize, string? Cursor) : TimedInput;

/// <summary>The next slice: the oldest orders that are due, in chunks of few shards. Ids and keys only, as it goes into the history.</summary>
internal sealed class QueryFailedOrders(IDueOrders due, TimeProvider time)
{
    [Function(nameof(QueryFailedOrders))]
    public Task<DueSlice> RunAsync([ActivityTrigger] QueryFailedOrdersInput input, CancellationToken cancellationToken) =>
        input.InTimeAsync(time, token => due.QueryAsync(new(input.Rule, input.Limit, input.ChunkSize, input.Cursor), token), cancellationToken);
}
