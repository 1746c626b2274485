namespace ReprocessingFunctions.Orchestration;

internal sealed record CheckHeartbeatInput(HeartbeatTicket Ticket, DateTimeOffset BegunAt, HeartbeatPolicy Policy);

/// <summary>Gives an attempt up when it has been silent for too long. What was given up stays so.</summary>
internal sealed class CheckHeartbeat(IHeartbeatStore heartbeats, TimeProvider time, ILogger<CheckHeartbeat> logger)
{
    /// <returns>True when the attempt is given up.</returns>
    [Function(nameof(CheckHeartbeat))]
    public async Task<bool> RunAsync([ActivityTrigger] CheckHeartbeatInput input, CancellationToken cancellationToken)
    {
        var isGivenUp = await heartbeats.GiveUpAsync(input.Ticket, last => IsSilent(input, last), cancellationToken);
        if (isGivenUp)
        {
            logger.AttemptGivenUp(input.Ticket.InstanceId, input.Ticket.Activity, input.Ticket.Attempt);
        }

        return isGivenUp;
    }

    private bool IsSilent(CheckHeartbeatInput input, Heartbeat? last)
    {
        var (now, policy) = (time.GetUtcNow(), input.Policy);
        var isQuiet = last is null ? now - input.BegunAt > policy.StartLimit : now - last.At > policy.Silence;
        return isQuiet || now - input.BegunAt > policy.Longest;
    }
}
