using EndToEnd.Tests.Orders;

namespace EndToEnd.Tests.Waiting;

/// <summary>
/// Reads one row again and again, and so knows when the machine stood still or crawled: what a test says of time can then be told from
/// what the machine did to it.
/// </summary>
internal sealed class StoragePulse : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>From one beat to the next on a machine that has nothing else to do.</summary>
    private static readonly TimeSpan Usual = 1.5 * Pause;

    private readonly CancellationTokenSource _stop = new();
    private readonly List<DateTimeOffset> _beats = [];
    private readonly Task _beating;

    public StoragePulse(OrdersOnStorage store) => _beating = BeatAsync(store, _stop.Token);

    /// <summary>How much of a window the machine did not give: of each beat what it took longer than it should.</summary>
    public TimeSpan Lost(DateTimeOffset from, DateTimeOffset until)
    {
        lock (_beats)
        {
            return _beats.Zip(_beats.Skip(1))
                .Where(beat => beat.Second > from && beat.First < until)
                .Select(beat => beat.Second - beat.First - Usual)
                .Where(gap => gap > TimeSpan.Zero)
                .Aggregate(TimeSpan.Zero, (sum, gap) => sum + gap);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _beating;
        _stop.Dispose();
    }

    private async Task BeatAsync(OrdersOnStorage store, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await store.Jobs.GetAsync("job-that-is-not", CancellationToken.None);
            lock (_beats)
            {
                _beats.Add(store.Now);
            }

            await Task.Delay(Pause, CancellationToken.None);
        }
    }
}
