using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace ReprocessingFunctions.Http;

internal static class HttpSetup
{
    /// <summary>The worker makes its serializer of these options: without them enums of inputs could not be read, nor members be named as callers know them.</summary>
    public static IServiceCollection AddHttp(this IServiceCollection services) => services
        .Configure<JsonSerializerOptions>(AppJson.ConfigureWorker)
        .AddSingleton<HttpEndpoint>();
}
