using System.Text.Json;
using Microsoft.DurableTask.Client;

namespace ReprocessingFunctions.Jobs;

internal static class JobStatusReader
{
    /// <summary>Null when there is no instance, or it has not said anything of this kind.</summary>
    public static JobStatus? ReadJobStatus(this OrchestrationMetadata? instance)
    {
        try
        {
            return instance?.SerializedCustomStatus is null or "null" ? null : instance.ReadCustomStatusAs<JobStatus>();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
