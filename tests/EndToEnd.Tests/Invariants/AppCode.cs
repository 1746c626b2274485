using Embedded.Functions.Discovery;
using Embedded.Functions.Durable;
using Embedded.Functions.Invocation;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EndToEnd.Tests.Invariants;

/// <summary>Today's orchestrators as the host runs them, to replay what was recorded.</summary>
internal static class AppCode
{
    public static InstanceHistories HistoriesOf(IServiceProvider services)
    {
        var converter = new ObjectSerializerConverter(services.GetRequiredService<IOptions<WorkerOptions>>().Value.Serializer!);
        var executor = new PipelineTaskExecutor(
            services.GetRequiredService<FunctionCatalog>(), services.GetRequiredService<FunctionPipeline>(), converter);
        return new InstanceHistories(executor, converter);
    }
}
