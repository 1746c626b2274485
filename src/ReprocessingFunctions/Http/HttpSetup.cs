using Azure.Core.Serialization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace ReprocessingFunctions.Http;

internal static class HttpSetup
{
    /// <summary>The worker's one serializer: without it the starters' answers would name their members in PascalCase.</summary>
    public static IServiceCollection AddHttp(this IServiceCollection services) => services
        .Configure<WorkerOptions>(worker => worker.Serializer = new JsonObjectSerializer(AppJson.Worker))
        .AddSingleton<HttpEndpoint>();
}
