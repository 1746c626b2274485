namespace ReprocessingFunctions.Orchestration;

/// <summary>When a long activity is given up, and how often it is tried.</summary>
/// <param name="Silence">The longest time between two signs of life.</param>
/// <param name="StartLimit">The longest time to the first one: a call may wait for a free worker.</param>
/// <param name="Longest">Of one attempt, however alive it is.</param>
internal sealed record HeartbeatPolicy(TimeSpan Silence, TimeSpan StartLimit, TimeSpan Longest, int Attempts = 3)
{
    public static HeartbeatPolicy After(TimeSpan silence) => new(silence, 10 * silence, 100 * silence);

    /// <summary>Twice in a silence: an attempt is given up no later than half of it too late.</summary>
    public TimeSpan CheckEvery => Silence / 2;
}
