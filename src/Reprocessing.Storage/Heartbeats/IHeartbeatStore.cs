namespace Reprocessing.Storage.Heartbeats;

/// <summary>The signs of life of long activities: a partition an orchestration, a row an attempt.</summary>
public interface IHeartbeatStore
{
    /// <param name="etag">What the beat before has answered; null for the first.</param>
    /// <returns>For the next beat; null when the attempt was given up, and nothing was written.</returns>
    Task<string?> BeatAsync(Heartbeat beat, string? etag, CancellationToken cancellationToken);

    /// <summary>
    /// Gives the attempt up if it is silent. Of this and a beat at the same moment one wins: an attempt that was given up never
    /// beats again, and one that beats was not given up.
    /// </summary>
    /// <param name="isSilent">Asked with the last beat; null when there was none.</param>
    /// <returns>It is given up, by this call or before.</returns>
    Task<bool> GiveUpAsync(HeartbeatTicket ticket, Func<Heartbeat?, bool> isSilent, CancellationToken cancellationToken);

    /// <summary>Those of all orchestrations whose id begins so, the latest first.</summary>
    Task<IReadOnlyList<Heartbeat>> ListAsync(string instancePrefix, CancellationToken cancellationToken);

    Task ClearAsync(string instancePrefix, CancellationToken cancellationToken);
}
