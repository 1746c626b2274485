using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Engine;

/// <summary>Retries are orchestrator code: they wait on durable timers and survive a restart of the host like everything else.</summary>
internal sealed class RetryLoop(TaskOrchestrationContext context, DurableCalls calls, ILogger logger)
{
    public Task<string?> RunAsync(TaskRetryOptions? retry, Func<Task<string?>> attempt) => retry switch
    {
        { Policy: { } policy } => RunAsync(policy, attempt),
        { Handler: { } handler } => RunAsync(handler, attempt),
        _ => attempt(),
    };

    private async Task<string?> RunAsync(RetryPolicy policy, Func<Task<string?>> attempt)
    {
        var firstAttempt = context.CurrentUtcDateTime;
        for (var attempts = 1; ; attempts++)
        {
            try
            {
                return await attempt();
            }
            catch (TaskFailedException failed) when (
                !failed.IsNonRetriable && attempts < policy.MaxNumberOfAttempts && IsWorthwhile(policy, failed, firstAttempt))
            {
                Log.Retrying(logger, context.InstanceId, failed.TaskName, attempts);
            }

            await calls.Timer(RetryAt(policy, attempts), CancellationToken.None);
        }
    }

    private async Task<string?> RunAsync(AsyncRetryHandler handler, Func<Task<string?>> attempt)
    {
        var firstAttempt = context.CurrentUtcDateTime;
        for (var attempts = 1; ; attempts++)
        {
            try
            {
                return await attempt();
            }
            catch (TaskFailedException failed) when (!failed.IsNonRetriable)
            {
                var question = new RetryContext(
                    context, attempts, failed.FailureDetails, context.CurrentUtcDateTime - firstAttempt, CancellationToken.None);
                if (!await handler(question))
                {
                    throw;
                }

                Log.Retrying(logger, context.InstanceId, failed.TaskName, attempts);
            }
        }
    }

    private bool IsWorthwhile(RetryPolicy policy, TaskFailedException failed, DateTime firstAttempt)
    {
        if (policy.RetryTimeout != Timeout.InfiniteTimeSpan && context.CurrentUtcDateTime - firstAttempt >= policy.RetryTimeout)
        {
            return false;
        }

        try
        {
            return policy.Handles(failed.FailureDetails);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The failure of the task is the one to report, not that of the code which looked at it.
            return false;
        }
    }

    private DateTime RetryAt(RetryPolicy policy, int attempts)
    {
        var longest = policy.MaxRetryInterval == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : policy.MaxRetryInterval;
        var ticks = policy.FirstRetryInterval.Ticks * Math.Pow(policy.BackoffCoefficient, attempts - 1);
        var delay = ticks < longest.Ticks ? TimeSpan.FromTicks((long)ticks) : longest;
        var now = context.CurrentUtcDateTime;
        return delay < DateTime.MaxValue - now ? now + delay : DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc);
    }
}
