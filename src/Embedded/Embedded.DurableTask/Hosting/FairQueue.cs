using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Embedded.DurableTask.Hosting;

/// <summary>
/// Work in lanes that are served in turn: a thousand waiting calls of one function do not hold up the single call of another.
/// Within a lane, first in is first out.
/// </summary>
internal sealed class FairQueue<T>
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Queue<T>> _lanes = new(StringComparer.Ordinal);
    private readonly Queue<Queue<T>> _turns = new();
    private readonly Channel<bool> _signals = Channel.CreateUnbounded<bool>();

    public void Add(string lane, T item)
    {
        lock (_lock)
        {
            if (!_lanes.TryGetValue(lane, out var queue))
            {
                _lanes[lane] = queue = new Queue<T>();
            }

            queue.Enqueue(item);
            if (queue.Count == 1)
            {
                _turns.Enqueue(queue);
            }
        }

        // A signal for each item, and only after it is there.
        _signals.Writer.TryWrite(true);
    }

    /// <summary>Many may take at once; each item goes to one of them.</summary>
    public async IAsyncEnumerable<T> TakeAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var _ in _signals.Reader.ReadAllAsync(cancellationToken))
        {
            yield return Take();
        }
    }

    private T Take()
    {
        lock (_lock)
        {
            var queue = _turns.Dequeue();
            var item = queue.Dequeue();
            if (queue.Count > 0)
            {
                _turns.Enqueue(queue);
            }

            return item;
        }
    }
}
