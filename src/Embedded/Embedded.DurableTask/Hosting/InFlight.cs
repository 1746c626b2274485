using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Hosting;

/// <summary>Work that nobody awaits where it begins: counted, so that a stop can wait for it, and its failure is never lost.</summary>
internal sealed class InFlight(ILogger logger)
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;
    private bool _closing;

    public async void Track(Func<Task> work)
    {
        lock (_gate)
        {
            _count++;
        }

        try
        {
            await work();
        }
        catch (TaskHubException exception) when (exception.Error == TaskHubError.Unavailable)
        {
            // The hub is stopping or lost: the next host takes it up from the store.
        }
        catch (OperationCanceledException)
        {
        }
        catch (Exception exception)
        {
            logger.BackgroundFailed(exception);
        }
        finally
        {
            lock (_gate)
            {
                _count--;
                Settle();
            }
        }
    }

    /// <summary>Done when nothing is under way any more.</summary>
    public Task WhenEmptyAsync()
    {
        lock (_gate)
        {
            _closing = true;
            Settle();
        }

        return _empty.Task;
    }

    private void Settle()
    {
        if (_closing && _count == 0)
        {
            _empty.TrySetResult();
        }
    }
}
