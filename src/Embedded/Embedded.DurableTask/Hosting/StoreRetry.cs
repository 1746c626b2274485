using Embedded.DurableTask.History;
using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Hosting;

/// <summary>Calls of the store that have no one to fail to: they are made again until they are answered.</summary>
internal sealed class StoreRetry(TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <exception cref="InvalidDataException">The store's content cannot be right: asking again would not help.</exception>
    /// <exception cref="HistoryFormatException">Nor here.</exception>
    public async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken, int attempts = int.MaxValue)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call(cancellationToken);
            }
            catch (Exception exception) when (
                attempt < attempts && !cancellationToken.IsCancellationRequested
                && exception is not (InvalidDataException or HistoryFormatException or TaskHubException))
            {
                logger.StoreUnanswered(attempt, exception);
            }

            // Once at once: most lost answers are one broken connection.
            if (attempt > 1)
            {
                var pause = TimeSpan.FromMilliseconds(25 * Math.Pow(2, Math.Min(attempt, 10)));
                await Task.Delay(pause < LongestPause ? pause : LongestPause, time, cancellationToken);
            }
        }
    }
}
