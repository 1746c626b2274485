using System.Threading.Channels;
using Embedded.DurableTask.Store;
using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Hosting;

/// <summary>
/// Commits the units of one bucket, many in one transaction: the next batch gathers while one is in flight, so an idle bucket
/// adds no delay and a busy one few calls. Each unit is applied as a whole or not at all, in the order given.
/// </summary>
internal sealed class GroupCommitter(
    ITaskHubStore store, BucketFence fence, TimeProvider time, ILogger logger, Action lost, CancellationToken abandon)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly Channel<Pending> _queue = Channel.CreateUnbounded<Pending>(new UnboundedChannelOptions { SingleReader = true });
    private BucketFence _fence = fence;
    private Pending? _next;

    /// <summary>Answers when the unit is durable: null, or why it was refused.</summary>
    /// <exception cref="StoreLimitException">No transaction can take the unit.</exception>
    /// <exception cref="TaskHubException">The host has stopped or lost the hub.</exception>
    public Task<CommitOutcome.Refused?> CommitAsync(IReadOnlyList<StoreWrite> unit)
    {
        var pending = new Pending(unit, StoreLimits.Measure(unit));
        return _queue.Writer.TryWrite(pending) ? pending.Done.Task : Task.FromException<CommitOutcome.Refused?>(Unavailable());
    }

    /// <summary>Takes no more units; the loop ends when those it has are committed.</summary>
    public void Complete() => _queue.Writer.TryComplete();

    public async Task RunAsync()
    {
        try
        {
            while (_next is not null || await _queue.Reader.WaitToReadAsync(abandon))
            {
                if (!await SubmitAsync(Gather()))
                {
                    break;
                }
            }
        }
        catch (OperationCanceledException) when (abandon.IsCancellationRequested)
        {
            // Dropped with everything that waits, as if the process had died.
        }
        finally
        {
            Complete();
            while (Take() is { } left)
            {
                left.Done.TrySetException(Unavailable());
            }
        }
    }

    private static TaskHubException Unavailable() => new(TaskHubError.Unavailable, "This host does not hold the task hub.");

    private Pending? Take()
    {
        var taken = _next;
        _next = null;
        return taken ?? (_queue.Reader.TryRead(out var read) ? read : null);
    }

    private List<Pending> Gather()
    {
        var batch = new List<Pending>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        var (writes, bytes) = (0, 0L);
        while (Take() is { } unit)
        {
            writes += unit.Writes.Count;
            bytes += unit.Bytes;
            // A transaction changes a row once: a second change of it waits, and with it all that came later.
            if (writes > StoreLimits.MaxWrites || bytes > StoreLimits.MaxBytes || !unit.Writes.All(write => keys.Add(write.RowKey)))
            {
                if (batch.Count > 0)
                {
                    _next = unit;
                    break;
                }
            }

            batch.Add(unit);
        }

        return batch;
    }

    /// <summary>False when the hub is lost.</summary>
    private async Task<bool> SubmitAsync(List<Pending> batch)
    {
        while (batch.Count > 0)
        {
            switch (await CommitUntilAnsweredAsync(batch))
            {
                case CommitOutcome.Applied applied:
                    _fence = applied.Fence;
                    batch.ForEach(static unit => unit.Done.TrySetResult(null));
                    return true;
                case CommitOutcome.Refused { Index: { } index } refused:
                    batch[index].Done.TrySetResult(refused);
                    batch.RemoveAt(index);
                    break;
                case CommitOutcome.Refused refused when batch.Count == 1:
                    batch[0].Done.TrySetResult(refused);
                    return true;
                case CommitOutcome.Refused:
                    // The store cannot tell whose fault it was: alone, each gets its own answer.
                    return await SubmitAsync(batch[..(batch.Count / 2)]) && await SubmitAsync(batch[(batch.Count / 2)..]);
                default:
                    batch.ForEach(static unit => unit.Done.TrySetException(Unavailable()));
                    lost();
                    return false;
            }
        }

        return true;
    }

    /// <summary>
    /// A lost answer leaves it open whether the commit was applied. The same batch under the same fence is answered as if for the
    /// first time; anything else could be applied beside it.
    /// </summary>
    private async Task<CommitOutcome> CommitUntilAnsweredAsync(List<Pending> batch)
    {
        var units = batch.ConvertAll(static unit => unit.Writes);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await store.CommitAsync(_fence, units, abandon);
            }
            catch (Exception exception) when (!abandon.IsCancellationRequested)
            {
                logger.CommitUnanswered(attempt, units.Count, _fence.Bucket, exception);
            }
            catch (Exception)
            {
                batch.ForEach(static unit => unit.Done.TrySetException(Unavailable()));
                throw new OperationCanceledException(abandon);
            }

            await PauseAsync(attempt, batch);
        }
    }

    private async Task PauseAsync(int attempt, List<Pending> batch)
    {
        try
        {
            // Once at once: most lost answers are one broken connection.
            if (attempt > 1)
            {
                var pause = TimeSpan.FromMilliseconds(25 * Math.Pow(2, Math.Min(attempt, 10)));
                await Task.Delay(pause < LongestPause ? pause : LongestPause, time, abandon);
            }
        }
        catch (OperationCanceledException)
        {
            batch.ForEach(static unit => unit.Done.TrySetException(Unavailable()));
            throw;
        }
    }

    private sealed record Pending(IReadOnlyList<StoreWrite> Writes, int Bytes)
    {
        public TaskCompletionSource<CommitOutcome.Refused?> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
