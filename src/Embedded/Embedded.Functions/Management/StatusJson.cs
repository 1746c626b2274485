using System.Globalization;
using Microsoft.DurableTask.Client;
using Newtonsoft.Json.Linq;

namespace Embedded.Functions.Management;

/// <summary>The status of an instance, names and order as the platform writes them.</summary>
internal static class StatusJson
{
    public static JObject Of(OrchestrationMetadata instance, bool showInput) => new()
    {
        ["name"] = instance.Name,
        ["instanceId"] = instance.InstanceId,
        ["runtimeStatus"] = instance.RuntimeStatus.ToString(),
        ["input"] = showInput ? PayloadJson.Read(instance.SerializedInput) : null,
        ["customStatus"] = PayloadJson.Read(instance.SerializedCustomStatus),
        ["output"] = PayloadJson.Read(instance.SerializedOutput),
        ["createdTime"] = Seconds(instance.CreatedAt),
        ["lastUpdatedTime"] = Seconds(instance.LastUpdatedAt),
    };

    private static string Seconds(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
