using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace QuickStart.App;

public static class Chaining
{
    [Function("Chain")]
    public static async Task<List<string>> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var logger = context.CreateReplaySafeLogger("Chain");
        logger.LogInformation("The chain says hello.");
        return
        [
            await context.CallActivityAsync<string>("SayHello", "Tokyo"),
            await context.CallActivityAsync<string>("SayHello", "Seattle"),
            await context.CallActivityAsync<string>("SayHello", "London"),
        ];
    }

    [Function("SayHello")]
    public static string SayHello([ActivityTrigger] string city, FunctionContext context) => $"Hello, {city}!";

    [Function("Chain_HttpStart")]
    public static async Task<HttpResponseData> StartAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "chain/{name=Chain}")] HttpRequestData request, string name, [DurableClient] DurableTaskClient client)
    {
        var instanceId = await client.ScheduleNewOrchestrationInstanceAsync(name, await request.ReadAsStringAsync());
        return await client.CreateCheckStatusResponseAsync(request, instanceId);
    }

    /// <summary>Fails, so that its failure can be read by whoever asks for the status.</summary>
    [Function("BrokenChain")]
    public static async Task BrokenChainAsync([OrchestrationTrigger] TaskOrchestrationContext context) => await context.CallActivityAsync("Break");

    [Function("Break")]
    public static void Break([ActivityTrigger] string? input) => throw new InvalidOperationException("It is broken.");

    /// <summary>Waits for the event "Go".</summary>
    [Function("WaitingChain")]
    public static async Task<string> WaitingChainAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        context.SetCustomStatus("waiting");
        return await context.WaitForExternalEvent<string>("Go");
    }

    /// <summary>Its activity takes long the first time; its input is a file that the activity writes a line to each time.</summary>
    [Function("SlowChain")]
    public static async Task<int> SlowChainAsync([OrchestrationTrigger] TaskOrchestrationContext context)
        => await context.CallActivityAsync<int>("SlowOnce", context.GetInput<string>(), TaskOptions.FromRetryPolicy(new RetryPolicy(maxNumberOfAttempts: 3, TimeSpan.FromSeconds(1))));

    [Function("SlowOnce")]
    public static async Task<int> SlowOnceAsync([ActivityTrigger] string input)
    {
        var (file, seconds) = (input.Split('|')[0], int.Parse(input.Split('|')[1]));
        await File.AppendAllTextAsync(file, "begun\n");
        var times = (await File.ReadAllLinesAsync(file)).Length;
        if (times == 1)
        {
            await Task.Delay(TimeSpan.FromSeconds(seconds));
        }

        return times;
    }
}
