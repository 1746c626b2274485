using ReprocessingFunctions.OpenApi;
using static ReprocessingFunctions.OpenApi.ApiOperation;

namespace ReprocessingFunctions.Health;

internal static class HealthOperations
{
    public static IReadOnlyList<ApiOperation> All { get; } = Under(
        "health",
        Get(nameof(GetHealth), "health", "Whether the app can work: 200 when its storage answers, 503 when not.")
            .Open()
            .Answering<HealthAnswer>(200, "It can.", new("healthy", "reachable", LastRun: null))
            .Answering<HealthAnswer>(503, "Its storage does not answer.", new("unhealthy", "unreachable", LastRun: null)));
}
