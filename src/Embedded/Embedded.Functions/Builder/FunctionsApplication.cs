using System.Reflection;
using System.Runtime.CompilerServices;
using Embedded.Functions.Hosting;

namespace Microsoft.Azure.Functions.Worker.Builder;

#pragma warning disable CA1052 // as on the platform: a class with one static member and a public constructor
public class FunctionsApplication
{
    // Inlined into its caller, it would take the caller's caller for the app.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static FunctionsApplicationBuilder CreateBuilder(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        return new FunctionsApplicationBuilder(new EmbeddedHostOptions { Args = args, FunctionsAssembly = Assembly.GetCallingAssembly() });
    }
}
