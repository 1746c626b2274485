namespace ReprocessingFunctions.Orchestration;

internal static class InstanceFailure
{
    /// <summary>
    /// Why an instance failed; null when nobody said. The Functions client (Worker.Extensions.DurableTask 1.21.1) gives no details of a failure,
    /// but its words as the output, as JSON or as they are.
    /// </summary>
    public static string? FailureReason(this OrchestrationMetadata instance) => instance.FailureDetails?.ErrorMessage ?? Words(instance.SerializedOutput);

    private static string? Words(string? output)
    {
        if (string.IsNullOrWhiteSpace(output))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<JsonElement>(output) is { ValueKind: JsonValueKind.String } text ? text.GetString() : output;
        }
        catch (JsonException)
        {
            return output;
        }
    }
}
