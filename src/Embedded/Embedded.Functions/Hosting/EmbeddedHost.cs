using Microsoft.Azure.Functions.Worker.Builder;

namespace Embedded.Functions.Hosting;

/// <summary>
/// Runs an app inside a test. Register a TimeProvider to drive its clock, use port 0 and read the bound address from
/// <c>host.Services.GetRequiredService&lt;IServer&gt;()</c>.
/// </summary>
internal static class EmbeddedHost
{
    public static FunctionsApplicationBuilder CreateBuilder(EmbeddedHostOptions options) => new(options);
}
