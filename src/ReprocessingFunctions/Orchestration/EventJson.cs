namespace ReprocessingFunctions.Orchestration;

/// <summary>
/// Reads events that anybody can send through the management API. An orchestration waits for them as JSON and not as its own type,
/// because an event that is not of that type would fail the orchestration before it could look at it.
/// </summary>
internal static class EventJson
{
    /// <returns>Null when it is none of ours.</returns>
    public static TEvent? Read<TEvent>(JsonElement? raised)
        where TEvent : class
    {
        try
        {
            return raised?.Deserialize<TEvent>(AppJson.Worker);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
