namespace ReprocessingFunctions.Orchestration;

internal sealed class Heartbeats(IHeartbeatStore store, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public IHeartbeat Of(HeartbeatTicket ticket) => new OfAttempt(ticket, store, time);

    /// <summary>Parts of one activity may beat side by side; one of them writes.</summary>
    private sealed class OfAttempt(HeartbeatTicket ticket, IHeartbeatStore store, TimeProvider time) : IHeartbeat
    {
        private int _writers;
        private DateTimeOffset _next = DateTimeOffset.MinValue;
        private string? _etag;

        public async Task BeatAsync(HeartbeatProgress progress, CancellationToken cancellationToken)
        {
            if (Interlocked.CompareExchange(ref _writers, 1, 0) != 0)
            {
                return;
            }

            try
            {
                var now = time.GetUtcNow();
                if (now >= _next)
                {
                    await WriteAsync(new(ticket, now, progress.Done, progress.Total, progress.Detail), cancellationToken);
                    _next = now + Pause;
                }
            }
            finally
            {
                Volatile.Write(ref _writers, 0);
            }
        }

        public async Task<T> BeatWhileAsync<T>(
            HeartbeatProgress progress, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var running = work(end.Token);
            try
            {
                while (await Task.WhenAny(running, Task.Delay(Pause, time, end.Token)) != running)
                {
                    end.Token.ThrowIfCancellationRequested();
                    await BeatAsync(progress, end.Token);
                }

                return await running;
            }
            finally
            {
                // The pause that is still on, and the work of an attempt that was given up.
                await end.CancelAsync();
                await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        private async Task WriteAsync(Heartbeat beat, CancellationToken cancellationToken) =>
            _etag = await store.BeatAsync(beat, _etag, cancellationToken)
                ?? throw new AttemptGivenUpException($"Attempt {ticket.Attempt} of '{ticket.Activity}' in '{ticket.InstanceId}' was given up.");
    }
}
