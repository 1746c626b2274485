using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Embedded.Functions.Tests.Samples;

public sealed record Item(string Id, int N);

/// <summary>The app that the real platform was asked with; the captured answers are its answers.</summary>
public static class HelloFunctions
{
    [Function("Tick")]
    public static async Task Tick(
        [TimerTrigger("0 0 0 1 1 *", RunOnStartup = false)] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
    {
        var options = new StartOrchestrationOptions { InstanceId = (timer.IsPastDue ? "late-" : "tick-") + Guid.NewGuid().ToString("N") };
        await client.ScheduleNewOrchestrationInstanceAsync("Root", new Item("tick", 2), options, cancellation);
    }

    [Function("Start")]
    public static async Task<HttpResponseData> Start(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", "get", Route = "start/{name}")] HttpRequestData req,
        string name,
        [DurableClient] DurableTaskClient client)
    {
        var n = int.TryParse(req.Query["n"], out var given) ? given : 3;
        var id = await client.ScheduleNewOrchestrationInstanceAsync(name, new Item("o1", n));
        return await client.CreateCheckStatusResponseAsync(req, id);
    }

    [Function("Wait")]
    public static Task<HttpResponseData> Wait(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "wait/{id}")] HttpRequestData req,
        string id,
        [DurableClient] DurableTaskClient client) =>
        client.WaitForCompletionOrCreateCheckStatusResponseAsync(req, id, TimeSpan.FromMilliseconds(50), getInputsAndOutputs: true);

    [Function("Root")]
    public static async Task<string[]> Root([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var item = context.GetInput<Item>()!;
        context.SetCustomStatus(new { phase = "fanout", item.N });
        var retry = TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromSeconds(1), 2.0));
        var said = await Task.WhenAll(Enumerable.Range(0, item.N).Select(i => context.CallActivityAsync<string>("Say", $"{item.Id}-{i}", retry)));
        var once = new TaskRetryOptions(new RetryPolicy(2, TimeSpan.FromSeconds(1)));
        await context.CallSubOrchestratorAsync<int>("Child", item.N, new SubOrchestrationOptions(once, context.InstanceId + ":child"));
        await context.CreateTimer(context.CurrentUtcDateTime.AddSeconds(3), CancellationToken.None);
        return said;
    }

    [Function("Child")]
    public static async Task<int> Child([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var n = context.GetInput<int>();
        await context.CallActivityAsync("Say", "child-" + n);
        if (n > 0)
        {
            context.ContinueAsNew(n - 1);
            return 0;
        }

        return 42;
    }

    [Function("Fails")]
    public static async Task Fails([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        try
        {
            await context.CallActivityAsync("Boom", "x");
        }
        catch (TaskFailedException exception)
        {
            var details = exception.FailureDetails;
            throw new InvalidOperationException(
                $"wrapped {exception.TaskName} {exception.TaskId} {details.ErrorType} {details.ErrorMessage} {details.IsCausedBy<InvalidOperationException>()}",
                exception);
        }
    }

    [Function("WaitEvt")]
    public static async Task<string?> WaitEvt([OrchestrationTrigger] TaskOrchestrationContext context) =>
        await context.WaitForExternalEvent<string>("go", TimeSpan.FromMinutes(10));

    [Function("Events")]
    public static async Task<List<string>> Events([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var events = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            events.Add(await context.WaitForExternalEvent<string>("EVT") ?? "null");
        }

        return events;
    }

    [Function("Fan")]
    public static async Task<int> Fan([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var item = context.GetInput<Item>()!;
        var results = await Task.WhenAll(Enumerable.Range(0, item.N).Select(i => context.CallActivityAsync<int>("Noop", i)));
        return results.Length;
    }

    [Function("Noop")]
    public static int Noop([ActivityTrigger] int i) => i;

    [Function("Boom")]
    public static string Boom([ActivityTrigger] string s) => throw new InvalidOperationException("boom " + s);

    [Function("Say")]
    public static async Task<string> Say([ActivityTrigger] string name, FunctionContext context, CancellationToken cancellation)
    {
        Assert.Equal("Say", context.FunctionDefinition.Name);
        await Task.Yield();
        cancellation.ThrowIfCancellationRequested();
        return "Hello " + name;
    }
}
