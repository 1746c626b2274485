using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NCrontab;

namespace Reprocessing.Testing.InMemory;

/// <summary>
/// The timer functions of an app, which tick by its own clock, and whenever a test says so. Nothing is kept of their schedules: that a tick is
/// made up for which no host was there for, is the host's business.
/// </summary>
internal sealed class TimerFunctions : IDisposable
{
    private readonly IServiceProvider _app;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<ITimer> _timers = [];

    private TimerFunctions(IServiceProvider app)
    {
        _app = app;
        _clock = app.GetRequiredService<TimeProvider>();
    }

    public static TimerFunctions Start(IServiceProvider app)
    {
        var timers = new TimerFunctions(app);
        foreach (var function in app.GetRequiredService<AppFunctions>().With<TimerTriggerAttribute>())
        {
            timers.Start(function);
        }

        return timers;
    }

    /// <summary>A tick beside the schedule.</summary>
    public Task TickAsync(string function, bool isPastDue = false) =>
        RunAsync(_app.GetRequiredService<AppFunctions>().Get<TimerTriggerAttribute>(function), isPastDue);

    public void Dispose()
    {
        _stop.Cancel();
        foreach (var timer in _timers)
        {
            timer.Dispose();
        }
    }

    private void Start(AppFunction function)
    {
        var expression = function.Trigger.GetCustomAttribute<TimerTriggerAttribute>()!.Schedule;
        if (expression is ['%', .. var setting, '%'])
        {
            expression = _app.GetRequiredService<IConfiguration>()[setting] ?? throw new InvalidOperationException($"There is no setting {setting}.");
        }

        var schedule = CrontabSchedule.Parse(expression, new CrontabSchedule.ParseOptions { IncludingSeconds = true });
        var last = Task.CompletedTask;
        ITimer? timer = null;
        timer = _clock.CreateTimer(
            _ =>
            {
                timer!.Change(UntilNext(schedule), Timeout.InfiniteTimeSpan);

                // One tick at a time, however long it takes.
                last = last.ContinueWith(_ => TryRunAsync(function), TaskScheduler.Default).Unwrap();
            },
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        _timers.Add(timer);
        timer.Change(UntilNext(schedule), Timeout.InfiniteTimeSpan);
    }

    /// <remarks>No timer waits for longer than 49 days: one that is due later looks again after a month, and ticks then. Tests do not last so long.</remarks>
    private TimeSpan UntilNext(CrontabSchedule schedule)
    {
        var now = _clock.GetUtcNow().UtcDateTime;
        var wait = schedule.GetNextOccurrence(now) - now;
        return wait > TimeSpan.FromDays(30) ? TimeSpan.FromDays(30) : wait;
    }

    private async Task TryRunAsync(AppFunction function)
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        try
        {
            await RunAsync(function, isPastDue: false);
        }
        catch (Exception e)
        {
            _app.GetRequiredService<ILogger<TimerFunctions>>().FunctionFailed(e, function.Name);
        }
    }

    private async Task RunAsync(AppFunction function, bool isPastDue)
    {
        await using var scope = _app.CreateAsyncScope();
        var call = new FunctionCall(function, scope.ServiceProvider, new Dictionary<string, object?>(), _stop.Token);
        await call.RunAsync(new TimerInfo { IsPastDue = isPastDue });
    }
}
