using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Embedded.DurableTask.Hosting;

/// <summary>
/// Work in lanes that are served in turn: a thousand waiting calls of one function do not hold up the single call of another.
/// Within a lane, first in is first out.
/// </summary>
/// <param name="maxAtOnce">
/// Items of one lane that may be worked on at the same time: fewer than there are workers, so that a slow function never holds
/// them all.
/// </param>
internal sealed class FairQueue<T>(int maxAtOnce = int.MaxValue)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Lane> _lanes = new(StringComparer.Ordinal);
    private readonly Queue<Lane> _turns = new();
    private readonly Channel<bool> _signals = Channel.CreateUnbounded<bool>();

    public void Add(string lane, T item)
    {
        lock (_lock)
        {
            if (!_lanes.TryGetValue(lane, out var known))
            {
                _lanes[lane] = known = new Lane();
            }

            known.Waiting.Enqueue(item);
            TakePart(known);
        }

        // A signal for each item, and only after it is there.
        _signals.Writer.TryWrite(true);
    }

    /// <summary>Many may take at once; each item goes to one of them, and is being worked on until <see cref="Done"/>.</summary>
    public async IAsyncEnumerable<T> TakeAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var _ in _signals.Reader.ReadAllAsync(cancellationToken))
        {
            if (TryTake(out var item))
            {
                yield return item;
            }
        }
    }

    /// <summary>An item of the lane has been worked on.</summary>
    public void Done(string lane)
    {
        lock (_lock)
        {
            var known = _lanes[lane];
            known.Working--;
            if (known.Waiting.Count == 0)
            {
                return;
            }

            TakePart(known);
        }

        // The signal of an item that had to wait for its lane was used up in vain.
        _signals.Writer.TryWrite(true);
    }

    private bool TryTake([MaybeNullWhen(false)] out T item)
    {
        lock (_lock)
        {
            if (!_turns.TryDequeue(out var lane))
            {
                item = default;
                return false;
            }

            item = lane.Waiting.Dequeue();
            lane.Working++;
            lane.TakesPart = false;
            TakePart(lane);
            return true;
        }
    }

    private void TakePart(Lane lane)
    {
        if (!lane.TakesPart && lane.Waiting.Count > 0 && lane.Working < maxAtOnce)
        {
            lane.TakesPart = true;
            _turns.Enqueue(lane);
        }
    }

    private sealed class Lane
    {
        public Queue<T> Waiting { get; } = new();

        public int Working { get; set; }

        /// <summary>It is among those that are served in turn.</summary>
        public bool TakesPart { get; set; }
    }
}
