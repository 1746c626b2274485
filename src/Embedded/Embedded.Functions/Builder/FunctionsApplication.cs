namespace Microsoft.Azure.Functions.Worker.Builder;

#pragma warning disable CA1052 // as on the platform: a class with one static member and a public constructor
public class FunctionsApplication
{
    public static FunctionsApplicationBuilder CreateBuilder(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        return new FunctionsApplicationBuilder(args);
    }
}
