using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Store;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Hosting;

/// <summary>Runs a task hub: the one process that holds it dispatches in memory and commits to the store.</summary>
internal sealed class TaskHubHost : IAsyncDisposable
{
    private readonly TaskHubOptions _options;
    private readonly ITaskHubStore _store;
    private readonly ITaskExecutor _executor;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggerFactory;
    private readonly ILogger _logger;
    private readonly LeaseKeeper _lease;
    private readonly HubLife _life;
    private readonly TaskCompletionSource<HubRuntime> _running = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _renewal = Task.CompletedTask;
    private int _stopping;

    public TaskHubHost(
        TaskHubOptions options, ITaskHubStore store, ITaskExecutor executor, TimeProvider time, ILoggerFactory loggerFactory)
    {
        _options = options;
        _store = store;
        _executor = executor;
        _time = time;
        _loggerFactory = loggerFactory;
        _logger = loggerFactory.CreateLogger<TaskHubHost>();
        _lease = new LeaseKeeper(options, store, time, _logger);
        _life = new HubLife(options.HubName, _logger);
        Client = new HubClient(options, time, RunningAsync);
    }

    /// <summary>May be used before the host has started; its calls wait until the hub is held.</summary>
    public DurableTaskClient Client { get; }

    /// <summary>Ends when another host has taken the hub: this one can do nothing more.</summary>
    public Task Lost => _life.Lost;

    /// <summary>Waits for the hub's lease, recovers what the last host left, and starts to work.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _life.Working);
        var (token, fences) = await _lease.AcquireAsync(stop.Token);
        _renewal = Background.Start(() => _lease.KeepAsync(_life));
        var runtime = CreateRuntime(token, fences);
        try
        {
            await Background.Start(() => runtime.StartAsync(stop.Token));
        }
        catch
        {
            // Half a host must not hold the hub.
            _life.Abandon();
            runtime.Dispose();
            await _lease.ReleaseAsync(CancellationToken.None);
            throw;
        }

        _life.Abandoned.Register(() => runtime.Hub.Waiters.Fail(Unavailable()));
        _logger.HubHeld(_options.HubName, token, runtime.Hub.Table.Count);
        _running.TrySetResult(runtime);
    }

    /// <summary>
    /// Takes no more work, lets running commits end and gives the hub back. Cancelled, it drops what is under way, as a kill would;
    /// the next host takes it up.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _stopping, 1) == 1)
        {
            return;
        }

        _running.TrySetException(Unavailable());
        _life.StopWorking();
        if (_running.Task.IsCompletedSuccessfully)
        {
            await StopAsync(await _running.Task, cancellationToken);
        }

        _life.Abandon();
        await _renewal;
        if (!_life.IsLost && !cancellationToken.IsCancellationRequested)
        {
            await _lease.ReleaseAsync(cancellationToken);
        }
    }

    /// <summary>The turns of the instance's current generation; null if there is no such instance.</summary>
    public async Task<IReadOnlyList<TurnRecord>?> ReadHistoryAsync(string instanceId, CancellationToken cancellationToken) =>
        await (await RunningAsync(cancellationToken)).Reader.ReadHistoryAsync(instanceId, cancellationToken);

    /// <summary>Deletes an instance even if it runs; false if there is none. The client purges finished ones only.</summary>
    public async Task<bool> PurgeAsync(string instanceId, CancellationToken cancellationToken) =>
        await (await RunningAsync(cancellationToken)).Purger.PurgeAsync(instanceId, evenIfRunning: true, cancellationToken)
            == PurgeAnswer.Purged;

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        _life.Dispose();
    }

    private HubRuntime CreateRuntime(long token, IReadOnlyList<BucketFence> fences)
    {
        var hub = new HubServices
        {
            Options = _options,
            Store = _store,
            Executor = _executor,
            Time = _time,
            Logger = _logger,
            Life = _life,
            Writer = new HubWriter(_store, fences, _time, _logger, _life),
            Sequences = new SequenceSource(token),
            InFlight = new InFlight(_logger),
            Retry = new StoreRetry(_time, _logger),
            Ready = new ReadyQueue(_options.MaxUnderWay, _time),
        };
        return new HubRuntime(hub, new SessionLoader(hub, _loggerFactory));
    }

    private async Task<HubRuntime> RunningAsync(CancellationToken cancellationToken)
    {
        var runtime = await _running.Task.WaitAsync(cancellationToken);
        return _life.Working.IsCancellationRequested
            ? throw Unavailable()
            : runtime;
    }

    private static TaskHubException Unavailable() => new(TaskHubError.Unavailable, "This host does not hold the task hub.");

    /// <summary>The store may be gone: a stop must end all the same.</summary>
    private async Task StopAsync(HubRuntime runtime, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_options.StopTimeout, _time);
        using var hurry = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await using var abandon = hurry.Token.Register(_life.Abandon);
        await runtime.StopAsync();
    }
}
