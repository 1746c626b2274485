using NCrontab;

namespace Reprocessing.Functions.Runs;

internal sealed class ScheduleFunctions(
    ScheduleStore schedule, IResultStore results, IAuditLog audit, IOptions<ReprocessingOptions> options, TimeProvider time)
{
    private static readonly ReasonRequest Maintenance = new() { Reason = "The warehouse moves until Monday.", RequestedBy = "maria@example.com" };

    [Function(nameof(GetSchedule))]
    [Endpoint("schedule", "When runs begin by themselves, whether they do, and the last one.",
        Description = "Ticks come while the schedule is paused or disabled too, and are skipped.")]
    [Response(200, "Done.", typeof(ScheduleResponse))]
    public async Task<HttpResponseData> GetSchedule(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/schedule")] HttpRequestData request, CancellationToken cancellationToken) =>
        await request.OkAsync(await ShowAsync(await schedule.GetAsync(cancellationToken), cancellationToken), cancellationToken);

    [Function(nameof(PauseSchedule))]
    [Endpoint("schedule", "Ticks start no run until the schedule is resumed.",
        Description = "A run that is active goes on, and a run can still be started by hand. Asked again it changes nothing.")]
    [Body(typeof(ReasonRequest), Example = nameof(Maintenance))]
    [Response(200, "The schedule.", typeof(ScheduleResponse))]
    public Task<HttpResponseData> PauseSchedule(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/schedule/pause")] HttpRequestData request, CancellationToken cancellationToken) =>
        EditAsync(request, isPaused: true, cancellationToken);

    [Function(nameof(ResumeSchedule))]
    [Endpoint("schedule", "The next tick starts a run again.", Description = "Asked again it changes nothing.")]
    [Body(typeof(ReasonRequest), Example = nameof(Maintenance))]
    [Response(200, "The schedule.", typeof(ScheduleResponse))]
    public Task<HttpResponseData> ResumeSchedule(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/schedule/resume")] HttpRequestData request, CancellationToken cancellationToken) =>
        EditAsync(request, isPaused: false, cancellationToken);

    /// <summary>The row first, which alone counts, then the audit event. Whoever dies in between has changed it; the next look or change records who did.</summary>
    private async Task<HttpResponseData> EditAsync(HttpRequestData request, bool isPaused, CancellationToken cancellationToken)
    {
        var body = await request.ReadBodyAsync<ReasonRequest>(cancellationToken);
        await audit.AddScheduleEditAsync(await schedule.GetAsync(cancellationToken), cancellationToken);
        var state = await schedule.EditAsync(isPaused, Caller.Of(request, body.RequestedBy), body.Reason!, cancellationToken);
        await audit.AddScheduleEditAsync(state, cancellationToken);
        return await request.OkAsync(await ShowAsync(state, cancellationToken), cancellationToken);
    }

    private async Task<ScheduleResponse> ShowAsync(ScheduleState state, CancellationToken cancellationToken)
    {
        var (expression, now) = (options.Value.Schedule, time.GetUtcNow());
        var last = (await results.ListAsync(1, token: null, cancellationToken)).Items;
        var skipped = await results.FindLastSkippedTickAsync(cancellationToken);
        return new(
            expression,
            options.Value.Enabled,
            state.IsPaused,
            state.Since,
            state.By,
            state.Reason,
            [.. Crontab.Ticks(expression, now, now.AddYears(10)).Take(5)],
            last is [var run] ? new(run) : null,
            skipped is null ? null : new(skipped.At, skipped.Reason));
    }
}

internal sealed record ScheduleResponse(
    string Expression,
    bool Enabled,
    bool Paused,
    DateTimeOffset Since,
    string? By,
    string? Reason,
    IReadOnlyList<DateTimeOffset> NextTicks,
    RunResponse? LastRun,
    SkippedTickResponse? LastSkippedTick);

internal sealed record SkippedTickResponse(DateTimeOffset At, TickSkipReason Reason);

/// <summary>Counts the ticks that should have started a run and did not, and records who paused or resumed the schedule if a dying process has not.</summary>
internal sealed class ScheduleWatch(
    ScheduleStore schedule, IResultStore results, IAuditLog audit, IOptions<ReprocessingOptions> options, TimeProvider time)
{
    private const int MostTicks = 1000;

    /// <summary>A tick that is younger may just be starting its run.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan NewEdit = TimeSpan.FromMinutes(10);

    public async Task<int> CountMissedTicksAsync(CancellationToken cancellationToken)
    {
        var (state, now) = (await schedule.GetAsync(cancellationToken), time.GetUtcNow());
        if (now - state.Since < NewEdit)
        {
            await audit.AddScheduleEditAsync(state, cancellationToken);
        }

        if (state.IsPaused || !options.Value.Enabled)
        {
            return 0;
        }

        var missed = Count(state.Since);
        if (missed > 0 && (await results.ListAsync(1, token: null, cancellationToken)).Items is [var run])
        {
            // A run that is at work is one, until it should have stopped by itself.
            missed = Math.Min(missed, Count(run.State.HasEnded() ? run.CreatedAt : run.CreatedAt + options.Value.RunTimeout));
        }

        // Ticks before the schedule was enabled again had no run to start.
        return missed > 0 && await results.FindLastSkippedTickAsync(cancellationToken) is { Reason: TickSkipReason.Disabled } disabled
            ? Math.Min(missed, Count(disabled.At))
            : missed;

        int Count(DateTimeOffset since) => Crontab.Ticks(options.Value.Schedule, since, now - Grace).Take(MostTicks).Count();
    }
}

internal static class ScheduleAudit
{
    public const string PausedAction = "schedule.paused";
    public const string ResumedAction = "schedule.resumed";

    public static async Task AddScheduleEditAsync(this IAuditLog audit, ScheduleState state, CancellationToken cancellationToken)
    {
        if (state.By is { } by)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"schedule.{state.Version}");
            await audit.AddAsync(new(id, state.Since, by, state.IsPaused ? PausedAction : ResumedAction, "schedule") { Reason = state.Reason }, cancellationToken);
        }
    }
}

/// <summary>The host reads the schedule by the same library.</summary>
internal static class Crontab
{
    private const int FieldsWithSeconds = 6;

    public static bool IsValid(string expression) => CrontabSchedule.TryParse(expression, Options(expression)) is not null;

    public static IEnumerable<DateTimeOffset> Ticks(string expression, DateTimeOffset after, DateTimeOffset before) => CrontabSchedule
        .Parse(expression, Options(expression))
        .GetNextOccurrences(after.UtcDateTime, before.UtcDateTime)
        .Select(tick => new DateTimeOffset(DateTime.SpecifyKind(tick, DateTimeKind.Utc)));

    private static CrontabSchedule.ParseOptions Options(string expression) =>
        new() { IncludingSeconds = expression.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length == FieldsWithSeconds };
}
