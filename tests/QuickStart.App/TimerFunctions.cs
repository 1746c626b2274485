using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging;

namespace QuickStart.App;

public sealed class TimerFunctions(ILogger<TimerFunctions> logger)
{
    /// <summary>Counts its runs, and those of them that came late.</summary>
    [Function("Tick")]
    public async Task TickAsync([TimerTrigger("%TickSchedule%")] TimerInfo timer, [DurableClient] DurableTaskClient client)
    {
        logger.LogInformation("Tick: past due {PastDue}, next {Next}.", timer.IsPastDue, timer.ScheduleStatus?.Next);
        await client.Entities.SignalEntityAsync(new EntityInstanceId(nameof(Counter), timer.IsPastDue ? "late" : "ticks"), nameof(Counter.Add), 1);
    }

    [Function("Boot")]
    public static async Task BootAsync([TimerTrigger("0 0 0 1 1 *", RunOnStartup = true, UseMonitor = false)] TimerInfo timer, [DurableClient] DurableTaskClient client)
        => await client.Entities.SignalEntityAsync(new EntityInstanceId(nameof(Counter), timer.ScheduleStatus is null ? "boots" : "odd"), nameof(Counter.Add), 1);
}
