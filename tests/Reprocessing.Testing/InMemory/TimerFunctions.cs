using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Reprocessing.Testing.InMemory;

/// <summary>Timer functions have no schedule here: a test lets one tick.</summary>
internal static class TimerFunctions
{
    public static async Task TickAsync(IServiceProvider app, string function, bool isPastDue = false)
    {
        await using var scope = app.CreateAsyncScope();
        var call = new FunctionCall(
            app.GetRequiredService<AppFunctions>().Get<TimerTriggerAttribute>(function), scope.ServiceProvider, new Dictionary<string, object?>(), CancellationToken.None);
        await call.RunAsync(new TimerInfo { IsPastDue = isPastDue });
    }
}
