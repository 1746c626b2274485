namespace ReprocessingFunctions.Runs;

internal static class RunStatusReader
{
    /// <summary>Null when there is no instance or it has not said anything yet, which some engines write as the text <c>null</c>.</summary>
    public static RunStatus? ReadRunStatus(this OrchestrationMetadata? instance) =>
        instance?.SerializedCustomStatus is null or "null" ? null : instance.ReadCustomStatusAs<RunStatus>();
}
