namespace ReprocessingFunctions.Orchestration;

/// <summary>What an activity is called with that keeps to its time limit by itself, as it alone knows when its work has begun.</summary>
internal abstract record TimedInput
{
    /// <summary>Of this call, from its beginning. <see cref="TimedActivity"/> sets it; calls of instances that are older have none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? TimeLimit { get; init; }
}
