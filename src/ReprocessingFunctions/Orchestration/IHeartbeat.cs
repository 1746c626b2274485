namespace ReprocessingFunctions.Orchestration;

/// <summary>How a long activity says that it is alive, and how far it is.</summary>
internal interface IHeartbeat
{
    /// <summary>May be called as often as one likes: no more than one a second is written.</summary>
    /// <exception cref="AttemptGivenUpException">This attempt was given up; what it would still do is another's work.</exception>
    Task BeatAsync(HeartbeatProgress progress, CancellationToken cancellationToken);

    /// <summary>
    /// Beats for as long as the work is under way: for work that has its own limits of time, and waits for somebody else in between.
    /// </summary>
    /// <exception cref="AttemptGivenUpException">This attempt was given up; the work was called off.</exception>
    Task<T> BeatWhileAsync<T>(HeartbeatProgress progress, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken);
}

/// <param name="Total">Null when it is not known.</param>
internal sealed record HeartbeatProgress(int Done, int? Total = null, string? Detail = null);

internal sealed class AttemptGivenUpException(string message) : Exception(message);
