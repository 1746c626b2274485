using Embedded.DurableTask.Hosting;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Tests.Hosting;

/// <summary>Small runs that between them use all that a hub does. Each answers with the instances that must be there at the end.</summary>
internal static class CrashScenarios
{
    public static TestExecutor Executor()
    {
        var failed = new System.Collections.Concurrent.ConcurrentDictionary<string, bool>();
        return new TestExecutor()
            .Orchestrator("Work", WorkAsync)
            .Orchestrator("Child", ChildAsync)
            .Orchestrator("Collect", CollectAsync)
            .Orchestrator("Gather", GatherAsync)
            .Orchestrator("Send", SendAsync)
            .Orchestrator("Wait", static context => context.WaitForExternalEvent<int>("never"))
            .Orchestrator("Nest", static context =>
                context.CallSubOrchestratorAsync<int>("Wait", new SubOrchestrationOptions(instanceId: context.InstanceId + "-child")))
            .Activity<int, int>("Double", static item => item * 2)
            // Fails once for each input of each process: a crash may add a failure, never take one away.
            .Activity<string, string>("Flaky", input => failed.TryAdd(input ?? "", true) ? throw new TimeoutException(input) : $"ok {input}");
    }

    public static Task<IReadOnlyCollection<string>> RunAsync(string scenario, CrashDriver driver) => scenario switch
    {
        "work" => RunWorkAsync(driver),
        "events" => RunEventsAsync(driver),
        "senders" => RunSendersAsync(driver),
        "ends" => RunEndsAsync(driver),
        _ => throw new ArgumentOutOfRangeException(nameof(scenario)),
    };

    private static async Task<string> WorkAsync(TaskOrchestrationContext context)
    {
        var doubled = await Task.WhenAll(Enumerable.Range(0, 8).Select(item => context.CallActivityAsync<int>("Double", item)));
        var children = await Task.WhenAll(Enumerable.Range(0, 3).Select(item => context.CallSubOrchestratorAsync<string>(
            "Child", item, new SubOrchestrationOptions(instanceId: $"{context.InstanceId}-{item}"))));
        await context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
        using var cancel = new CancellationTokenSource();
        var timeout = context.CreateTimer(TimeSpan.FromHours(1), cancel.Token);
        var last = context.CallActivityAsync<int>("Double", 50);
        var winner = await Task.WhenAny(last, timeout);
        cancel.Cancel();
        return $"{doubled.Sum()} {string.Join(",", children)} {winner == last} {await last}";
    }

    private static Task<string> ChildAsync(TaskOrchestrationContext context) => context.CallActivityAsync<string>(
        "Flaky", context.InstanceId, TaskOptions.FromRetryPolicy(new RetryPolicy(5, TimeSpan.FromSeconds(10))));

    /// <summary>Takes one number an execution, until the last.</summary>
    private static async Task<List<int>> CollectAsync(TaskOrchestrationContext context)
    {
        var seen = context.GetInput<List<int>>() ?? [];
        var number = await context.WaitForExternalEvent<int>("n");
        seen.Add(await context.CallActivityAsync<int>("Double", number));
        if (number >= 0)
        {
            context.ContinueAsNew(seen);
        }

        return seen;
    }

    private static async Task<List<int>> GatherAsync(TaskOrchestrationContext context)
    {
        var seen = new List<int>();
        while (seen.Count < 9)
        {
            seen.Add(await context.WaitForExternalEvent<int>("n"));
        }

        return seen;
    }

    private static async Task<string> SendAsync(TaskOrchestrationContext context)
    {
        for (var number = 0; number < 3; number++)
        {
            context.SendEvent("gather", "n", (10 * context.GetInput<int>()) + number);
            await context.CallActivityAsync<int>("Double", number);
        }

        return "sent";
    }

    private static async Task<IReadOnlyCollection<string>> RunWorkAsync(CrashDriver driver)
    {
        await StartAsync(driver, "Work", "w");

        Assert.Equal("\"56 ok w-0,ok w-1,ok w-2 True 100\"", (await driver.CompletedAsync("w")).SerializedOutput);
        return ["w", "w-0", "w-1", "w-2"];
    }

    private static async Task<IReadOnlyCollection<string>> RunEventsAsync(CrashDriver driver)
    {
        await StartAsync(driver, "Collect", "c");
        var answered = new List<int>();
        for (var number = 1; number <= 5; number++)
        {
            var told = number;
            if (await driver.TellAsync(client => client.RaiseEventAsync("c", "n", told)))
            {
                answered.Add(number);
            }
        }

        // The last is the only one that may be told twice: only a first one is taken.
        while (!await driver.TellAsync(client => EndAsync(client, "c")))
        {
        }

        var seen = (await driver.CompletedAsync("c")).ReadOutputAs<List<int>>()!.Select(static doubled => doubled / 2).ToList();
        Assert.Equal(-1, seen[^1]);
        seen.RemoveAt(seen.Count - 1);
        Assert.Equal(seen.Distinct(), seen);
        Assert.Subset(Enumerable.Range(1, 5).ToHashSet(), seen.ToHashSet());
        Assert.Superset(answered.ToHashSet(), seen.ToHashSet());
        Assert.Equal(seen.Order(), seen);
        return ["c"];
    }

    private static async Task<IReadOnlyCollection<string>> RunSendersAsync(CrashDriver driver)
    {
        await StartAsync(driver, "Gather", "gather");
        for (var sender = 0; sender < 3; sender++)
        {
            await StartAsync(driver, "Send", $"s{sender}", sender);
        }

        var seen = (await driver.CompletedAsync("gather")).ReadOutputAs<List<int>>()!;
        for (var sender = 0; sender < 3; sender++)
        {
            await driver.CompletedAsync($"s{sender}");
            var from = sender * 10;
            Assert.Equal([from, from + 1, from + 2], seen.Where(number => number >= from && number < from + 10));
        }

        Assert.Equal(9, seen.Count);
        return ["gather", "s0", "s1", "s2"];
    }

    private static async Task<IReadOnlyCollection<string>> RunEndsAsync(CrashDriver driver)
    {
        await StartAsync(driver, "Nest", "n");
        await StartAsync(driver, "Work", "gone");
        await driver.CompletedAsync("gone");
        while (!await driver.TellAsync(client => client.PurgeInstanceAsync("gone")))
        {
        }

        await TestHub.UntilAsync(async () =>
        {
            var found = false;
            await driver.TellAsync(async client => found = await client.GetInstanceAsync("n-child") is { IsRunning: true });
            return found;
        });
        while (!await driver.TellAsync(client => TerminateAsync(client, "n")))
        {
        }

        Assert.Equal("\"over\"", (await driver.CompletedAsync("n")).SerializedOutput);
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await driver.CompletedAsync("n-child")).RuntimeStatus);
        return ["n", "n-child", "gone-0", "gone-1", "gone-2"];
    }

    private static async Task StartAsync(CrashDriver driver, string name, string id, object? input = null)
    {
        while (!await driver.TellAsync(client => StartOnceAsync(client, name, id, input)))
        {
        }
    }

    private static async Task StartOnceAsync(DurableTaskClient client, string name, string id, object? input)
    {
        var options = new StartOrchestrationOptions(id).WithDedupeStatuses([.. StartOrchestrationOptionsExtensions.ValidDedupeStatuses]);
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(name, input, options);
        }
        catch (TaskHubException exception) when (exception.Error == TaskHubError.AlreadyExists)
        {
            // Started by the first try, whose answer was lost.
        }
    }

    private static async Task EndAsync(DurableTaskClient client, string id)
    {
        try
        {
            await client.RaiseEventAsync(id, "n", -1);
        }
        catch (TaskHubException exception) when (exception.Error == TaskHubError.NotRunning)
        {
        }
    }

    private static async Task TerminateAsync(DurableTaskClient client, string id)
    {
        try
        {
            await client.TerminateInstanceAsync(id, new TerminateInstanceOptions("over", Recursive: true));
        }
        catch (TaskHubException exception) when (exception.Error == TaskHubError.NotRunning)
        {
        }
    }
}
