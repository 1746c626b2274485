namespace Embedded.DurableTask.Hosting;

/// <summary>The parts of a hub that this host holds, put together.</summary>
internal sealed class HubRuntime : IDisposable
{
    private readonly HubServices _hub;
    private readonly TimerPump _timers;
    private readonly ActivityPump _activities;
    private readonly OrchestrationPump _orchestrations;
    private readonly Recovery _recovery;

    public HubRuntime(HubServices hub, SessionLoader sessions)
    {
        _hub = hub;
        _timers = new TimerPump(hub.Time, Fire);
        _activities = new ActivityPump(hub);
        Starter = new InstanceStarter(hub, _timers);
        var cache = new SessionCache(hub.Options.MaxCachedSessions);
        var children = new SubOrchestrations(hub, Starter);
        var effects = new TurnEffects(hub, cache, _timers, _activities, children) { Outbox = new OutboxRelay(hub) };
        _orchestrations = new OrchestrationPump(
            hub.Options.MaxConcurrentOrchestrations, hub.Ready, new TurnRunner(hub, sessions, effects), hub.Life);
        _recovery = new Recovery(hub, sessions, cache, Starter, effects);
        Reader = new InstanceReader(hub, sessions);
        Messages = new MessageSender(hub, Reader);
        Purger = new InstancePurger(hub, sessions, effects, children);
    }

    public HubServices Hub => _hub;

    public InstanceStarter Starter { get; }

    public InstanceReader Reader { get; }

    public MessageSender Messages { get; }

    public InstancePurger Purger { get; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _hub.Writer.Start();
        await _recovery.RunAsync(cancellationToken);
        _orchestrations.Start();
        _activities.Start();
    }

    /// <summary>Ends the work; what is being committed is committed, unless the hub's life is abandoned.</summary>
    public async Task StopAsync()
    {
        _timers.Dispose();
        _hub.Life.StopWorking();
        await _activities.WhenStopped;
        await _orchestrations.WhenStopped;
        await _hub.InFlight.WhenEmptyAsync();
        await _hub.Writer.CompleteAsync();
    }

    public void Dispose() => _timers.Dispose();

    private void Fire(TimerEntry due)
    {
        if (due.TaskId is { } timer)
        {
            var fired = new History.TimerFired(_hub.Time.GetUtcNow().UtcDateTime, timer, due.Due.UtcDateTime);
            _hub.Ready.Post(due.Instance, new Arrival(fired, due.Generation));
        }
        else
        {
            _hub.Ready.Begin(due.Instance);
        }
    }
}
