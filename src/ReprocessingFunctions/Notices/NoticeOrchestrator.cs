using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using ReprocessingFunctions.Orchestration;

namespace ReprocessingFunctions.Notices;

/// <summary>
/// Brings one notice to the receiver, over hours if need be. Its instance id is the notice's own id: started again, by whatever
/// repeats itself, it is the same instance.
/// </summary>
internal static class NoticeOrchestrator
{
    /// <summary>A notice whose activity could not even say how it went is tried again after this.</summary>
    private static readonly TimeSpan WaitAfterFault = TimeSpan.FromMinutes(1);

    /// <summary>Far more often than any setting allows to be sent: faults of the app's own are not for ever.</summary>
    private const int MostFaults = 100;

    [Function(nameof(NoticeOrchestrator))]
    public static async Task<NoticeResult> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<NoticeInput>() ?? throw new ArgumentException($"{nameof(NoticeOrchestrator)} needs an input.");
        for (int attempt = 1, faults = 0; ;)
        {
            var tried = await TryAsync(context, input, attempt);
            if (tried is { Accepted: true })
            {
                return new(input.Notice.Id, attempt);
            }

            var wait = tried is null ? WaitAfterFault : tried.Wait;
            if (wait is null || (tried is null && ++faults == MostFaults))
            {
                context.CreateReplaySafeLogger(nameof(NoticeOrchestrator)).NoticeLost(input.Notice.Id, attempt, tried?.Reason ?? "faults");
                throw new NoticeFailedException($"Notice {input.Notice.Id} was given up after {attempt} tries: {tried?.Reason}");
            }

            attempt += tried is null ? 0 : 1;
            var next = context.CurrentUtcDateTime + wait.Value;
            context.SetCustomStatus(new NoticeStatus(attempt, tried?.Reason ?? "The app itself failed.", new(next, TimeSpan.Zero)));
            await context.CreateTimer(next, CancellationToken.None);
        }
    }

    /// <returns>Null when it is not known how it went: the same try is made again then.</returns>
    private static async Task<NoticeTry?> TryAsync(TaskOrchestrationContext context, NoticeInput input, int attempt)
    {
        try
        {
            return await context.CallTimedAsync<NoticeTry>(
                nameof(SendNotice), new SendNoticeInput(input.Notice, attempt), new ActivityPolicy(input.Timeout, Attempts: 1));
        }
        catch (Exception e) when (e is TaskFailedException or TimeoutException)
        {
            return null;
        }
    }
}
