namespace ReprocessingFunctions.Runs;

/// <param name="MaxOrders">The most orders that the run may find; absent or 0 means the setting <c>ReprocessingBatchSize</c>.</param>
/// <param name="RequestId">Tells the caller whose start this was when the answer to it got lost.</param>
internal sealed record ReprocessingBatchInput(int? MaxOrders = null, RunTrigger Trigger = RunTrigger.Http, string? RequestId = null);

internal enum RunTrigger
{
    [JsonStringEnumMemberName("http")]
    Http,

    [JsonStringEnumMemberName("timer")]
    Timer,
}
