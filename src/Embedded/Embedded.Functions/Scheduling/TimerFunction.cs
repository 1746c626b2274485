using Embedded.Functions.Discovery;
using Embedded.Functions.Invocation;
using Microsoft.Extensions.Logging;

namespace Embedded.Functions.Scheduling;

/// <summary>
/// One timer function: waits for its occurrences, runs them one at a time, remembers what it did. An occurrence counts as done
/// after the function has ended: a host that dies within it runs it again, as past due.
/// </summary>
internal sealed class TimerFunction(
    FunctionDescriptor function,
    TimerSchedule schedule,
    TimerStatusStore? store,
    FunctionPipeline pipeline,
    TimeProvider time,
    ILogger logger) : IDisposable
{
    // A machine that slept has stopped the timers, not the clock.
    private static readonly TimeSpan LongestNap = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _running = new(1, 1);
    private TimerStatus _status = new(schedule.Text, null, null, default);

    public string Name => function.Name;

    public async Task RunAsync(bool runOnStartup, CancellationToken stopping)
    {
        try
        {
            var isPastDue = await PrepareAsync(stopping);
            if (isPastDue || runOnStartup)
            {
                await OccurAsync(isPastDue, stopping);
            }

            while (_status.Next is { } next)
            {
                await WaitUntilAsync(next, stopping);
                await OccurAsync(isPastDue: false, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
    }

    /// <summary>Runs the function now, after a run that goes on; the schedule stays as it is.</summary>
    public async Task RunNowAsync(CancellationToken stopping)
    {
        await _running.WaitAsync(stopping);
        try
        {
            await InvokeAsync(isPastDue: false, stopping);
        }
        finally
        {
            _running.Release();
        }
    }

    public void Dispose() => _running.Dispose();

    /// <summary>Takes up the stored status; true if an occurrence was missed while no host ran.</summary>
    private async Task<bool> PrepareAsync(CancellationToken stopping)
    {
        var now = time.GetUtcNow();
        var stored = store is null ? null : await store.ReadAsync(Name, stopping);
        if (stored?.Schedule == schedule.Text)
        {
            _status = stored;
            return stored.Next <= now;
        }

        // New, or another schedule: nothing can have been missed.
        var fresh = new TimerStatus(schedule.Text, null, schedule.Next(now), now, stored?.Version ?? default);
        _status = await SaveAsync(fresh, stopping) ?? fresh;
        return false;
    }

    private async Task OccurAsync(bool isPastDue, CancellationToken stopping)
    {
        await _running.WaitAsync(stopping);
        try
        {
            if (await ClaimAsync(stopping))
            {
                var started = time.GetUtcNow();
                await InvokeAsync(isPastDue, stopping);
                var ended = time.GetUtcNow();
                var done = _status with { Last = started, Next = schedule.Next(ended), LastUpdated = ended };
                _status = await SaveAsync(done, stopping) ?? done;
            }
        }
        finally
        {
            _running.Release();
        }
    }

    /// <summary>Writes the status anew before the run: of two hosts that woke for one occurrence, one is refused.</summary>
    private async Task<bool> ClaimAsync(CancellationToken stopping)
    {
        if (store is null)
        {
            return true;
        }

        var claim = _status with { LastUpdated = time.GetUtcNow() };
        try
        {
            var claimed = await store.TryWriteAsync(Name, claim, stopping);
            if (claimed is null)
            {
                var stored = await store.ReadAsync(Name, stopping);
                claim = claim with { Version = stored?.Version ?? default };

                // Our own write, of which the answer was lost, is no other host's.
                claimed = stored is null || stored.Owner == store.Owner ? await store.TryWriteAsync(Name, claim, stopping) : null;
            }

            _status = claimed ?? claim with { Next = schedule.Next(claim.LastUpdated) };
            if (claimed is null)
            {
                Log.OccurrenceTaken(logger, Name);
            }

            return claimed is not null;
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !stopping.IsCancellationRequested)
        {
            // Better one run too many than a schedule that stands still with its storage.
            Log.TimerStatusNotKept(logger, exception, Name);
            return true;
        }
    }

    private async Task<TimerStatus?> SaveAsync(TimerStatus status, CancellationToken stopping)
    {
        if (store is null)
        {
            return status;
        }

        try
        {
            // The run has happened: a stopping host still writes that down.
            var saved = await store.TryWriteAsync(Name, status, CancellationToken.None);
            return saved ?? status with { Version = (await store.ReadAsync(Name, stopping))?.Version ?? default };
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !stopping.IsCancellationRequested)
        {
            Log.TimerStatusNotKept(logger, exception, Name);
            return null;
        }
    }

    private async Task InvokeAsync(bool isPastDue, CancellationToken stopping)
    {
        var message = TimerMessage.Of(store is null ? null : _status, isPastDue);
        var request = new InvocationRequest(function, _ => message);
        try
        {
            await pipeline.InvokeAsync(request, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            Log.FunctionFailed(pipeline.LoggerOf(function), exception, Name, request.InvocationId);
        }
    }

    private async Task WaitUntilAsync(DateTimeOffset next, CancellationToken stopping)
    {
        while (next - time.GetUtcNow() is var left && left > TimeSpan.Zero)
        {
            await Task.Delay(left < LongestNap ? left : LongestNap, time, stopping);
        }
    }
}
