using System.Diagnostics.CodeAnalysis;
using Embedded.DurableTask.History;
using Microsoft.DurableTask;

namespace Embedded.DurableTask.Engine;

/// <summary>
/// External events and who waits for them. The newest live waiter of a name gets the next event; events that nobody waits for are
/// kept in the order of their arrival. A cancelled waiter leaves at once: it would swallow the next event.
/// </summary>
internal sealed class EventInbox(TurnLoop loop, DataConverter converter)
{
    private readonly Dictionary<string, List<Waiter>> _waiters = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Queue<LinkedListNode<EventRaised>>> _keptByName = new(StringComparer.OrdinalIgnoreCase);
    private readonly LinkedList<EventRaised> _kept = new();

    public bool HasWaiters => _waiters.Count > 0;

    public Task<T> WaitAsync<T>(string name, CancellationToken cancellation)
    {
        if (_waiters.TryGetValue(name, out var others) && others[^1].Type != typeof(T))
        {
            throw new ArgumentException(
                $"Events with the same name must have the same type argument. Expected {others[^1].Type.FullName} "
                + $"but was requested {typeof(T).FullName}.");
        }

        var waiter = new Waiter<T>(converter);
        if (TryTakeKept(name, out var kept))
        {
            waiter.Complete(kept.Input);
        }
        else if (cancellation.IsCancellationRequested)
        {
            waiter.Cancel(cancellation);
        }
        else
        {
            Add(name, waiter);
            waiter.Registration = cancellation.Register(() => Cancel(name, waiter, cancellation), useSynchronizationContext: false);
        }

        return waiter.Task;
    }

    public void Raise(EventRaised raised)
    {
        if (_waiters.TryGetValue(raised.Name, out var waiters))
        {
            var newest = waiters[^1];
            Remove(raised.Name, newest);
            newest.Complete(raised.Input);
            return;
        }

        if (!_keptByName.TryGetValue(raised.Name, out var kept))
        {
            _keptByName[raised.Name] = kept = new Queue<LinkedListNode<EventRaised>>();
        }

        kept.Enqueue(_kept.AddLast(raised));
    }

    /// <summary>Empties the inbox; in the order of arrival.</summary>
    public IReadOnlyList<EventRaised> TakeKept()
    {
        List<EventRaised> taken = [.. _kept];
        _kept.Clear();
        _keptByName.Clear();
        return taken;
    }

    private bool TryTakeKept(string name, [NotNullWhen(true)] out EventRaised? raised)
    {
        raised = null;
        if (!_keptByName.TryGetValue(name, out var kept))
        {
            return false;
        }

        var node = kept.Dequeue();
        if (kept.Count == 0)
        {
            _keptByName.Remove(name);
        }

        _kept.Remove(node);
        raised = node.Value;
        return true;
    }

    private void Add(string name, Waiter waiter)
    {
        if (!_waiters.TryGetValue(name, out var waiters))
        {
            _waiters[name] = waiters = [];
        }

        waiters.Add(waiter);
    }

    private bool Remove(string name, Waiter waiter)
    {
        if (!_waiters.TryGetValue(name, out var waiters) || waiters.LastIndexOf(waiter) is not (>= 0 and var index))
        {
            return false;
        }

        waiters.RemoveAt(index);
        if (waiters.Count == 0)
        {
            _waiters.Remove(name);
        }

        return true;
    }

    private void Cancel(string name, Waiter waiter, CancellationToken cancellation)
    {
        if (!loop.IsDriving)
        {
            // A wall-clock timeout, for instance. An exception here would end the process.
            loop.ReportForeignCall();
        }
        else if (Remove(name, waiter))
        {
            waiter.Cancel(cancellation);
        }
    }

    private abstract class Waiter(Type type)
    {
        public Type Type { get; } = type;

        public CancellationTokenRegistration Registration { get; set; }

        public abstract void Complete(string? input);

        public abstract void Cancel(CancellationToken cancellation);
    }

    private sealed class Waiter<T>(DataConverter converter) : Waiter(typeof(T))
    {
        private readonly TaskCompletionSource<T> _source = new();

        public Task<T> Task => _source.Task;

        public override void Complete(string? input)
        {
            Registration.Dispose();
            T value;
            try
            {
                value = converter.Deserialize<T>(input)!;
            }
            catch (Exception exception)
            {
                _source.TrySetException(exception);
                return;
            }

            _source.TrySetResult(value);
        }

        public override void Cancel(CancellationToken cancellation) => _source.TrySetCanceled(cancellation);
    }
}
