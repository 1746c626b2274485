using Embedded.DurableTask.Engine;
using Embedded.DurableTask.History;
using Microsoft.DurableTask;
using static Embedded.DurableTask.Tests.Engine.MainOrchestration;

namespace Embedded.DurableTask.Tests.Engine;

/// <summary>Calls, ids, status and versions: the members of the orchestrator's context, one rule a test.</summary>
public sealed class ContextTests
{
    [Fact]
    public void NewGuid_is_made_by_the_platforms_algorithm()
    {
        Assert.Equal(Guid.Parse("370d3d9a-7333-5a0f-8ab2-b41ade0b372d"), DeterministicGuid.Create("abc", Start, 0));
        Assert.Equal(Guid.Parse("98f65752-809f-5914-914d-f7da829ccb41"), DeterministicGuid.Create("abc", Start, 1));
    }

    [Fact]
    public void A_default_child_id_is_the_next_guid()
    {
        var result = FirstTurn(static context => context.CallSubOrchestratorAsync("Child"), id: "abc");

        Assert.Equal("370d3d9a73335a0f8ab2b41ade0b372d", result.Record.Events.OfType<SubOrchestrationCreated>().Single().InstanceId);
    }

    [Fact]
    public void Options_passed_as_input_are_refused()
    {
        foreach (var call in new Func<TaskOrchestrationContext, Task>[]
        {
            static context => context.CallActivityAsync("A", (object)new TaskOptions()),
            static context => context.CallSubOrchestratorAsync("Child", (object)new SubOrchestrationOptions()),
        })
        {
            var instance = new Simulation(World(call)).Run("Main");

            Assert.Equal("System.ArgumentException", instance.Failed.Failure.ErrorType);
            Assert.Contains("Did you actually mean to provide a TaskOptions value", instance.Failed.Failure.ErrorMessage, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_call_without_a_name_is_refused()
    {
        var instance = new Simulation(World(static context => context.CallActivityAsync(default))).Run("Main");

        Assert.Equal("System.ArgumentException", instance.Failed.Failure.ErrorType);
    }

    [Fact]
    public void Two_live_children_of_one_id_are_refused_one_after_the_other_is_not()
    {
        var options = new SubOrchestrationOptions(instanceId: "child");

        var both = new Simulation(World(async context => await Task.WhenAll(
            context.CallSubOrchestratorAsync("Child", options), context.CallSubOrchestratorAsync("Child", options)))).Run("Main");
        var inTurn = new Simulation(World(async context =>
        {
            await context.CallSubOrchestratorAsync("Child", options);
            await context.CallSubOrchestratorAsync("Child", options);
        })).Run("Main");
        var self = new Simulation(World(static context => context.CallSubOrchestratorAsync(
            "Child", new SubOrchestrationOptions(instanceId: "inst")))).Run("Main");

        Assert.Contains("'child' belongs to an instance that is still running", both.Failed.Output, StringComparison.Ordinal);
        Assert.IsType<OrchestrationEnding.Completed>(inTurn.Ending);
        Assert.Contains("'inst' belongs to an instance", self.Failed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_custom_status_is_limited_to_16_KB_of_utf16()
    {
        var fits = new string('x', (EngineLimits.MaxCustomStatusBytes / 2) - 2);

        var kept = new Simulation(World(context => { context.SetCustomStatus(fits); return Task.CompletedTask; })).Run("Main");
        var refused = new Simulation(World(context => { context.SetCustomStatus(fits + "x"); return Task.CompletedTask; })).Run("Main");

        Assert.Equal($"\"{fits}\"", kept.CustomStatus);
        Assert.Equal("System.ArgumentException", refused.Failed.Failure.ErrorType);
        Assert.Contains("must not exceed 16 KB", refused.Failed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_custom_status_stays_and_can_be_cleared()
    {
        var simulation = new Simulation(
            World(static async context =>
            {
                context.SetCustomStatus("one");
                context.SetCustomStatus("two");
                await context.CallActivityAsync("A");
                await context.WaitForExternalEvent<int>("clear");
                context.SetCustomStatus(null);
            }),
            new Weather { DropsSession = static () => true });
        var instance = simulation.Run("Main");
        Assert.Equal("\"two\"", instance.CustomStatus);

        simulation.Raise("inst", "clear");
        simulation.RunToRest();
        Assert.Null(instance.CustomStatus);
    }

    [Fact]
    public void Versions_go_from_the_orchestration_to_activities_and_from_the_options_to_children()
    {
        var result = FirstTurn(
            static async context =>
            {
                var tagged = new TaskOptions { Version = "9", Tags = new Dictionary<string, string> { ["k"] = "v" } };
                await Task.WhenAll(
                    context.CallActivityAsync("A"),
                    context.CallActivityAsync("B", tagged),
                    context.CallSubOrchestratorAsync("Child"),
                    context.CallSubOrchestratorAsync("Child", new SubOrchestrationOptions(tagged)),
                    context.CallSubOrchestratorAsync("Child", new SubOrchestrationOptions { Version = "8" }));
            },
            version: "1.2");

        Assert.Equal(
            [("A", "1.2", null), ("B", "9", "v")],
            result.Record.Events.OfType<TaskScheduled>().Select(static t => (t.Name, t.Version, t.Tags?["k"])));
        Assert.Equal([null, "9", "8"], result.Record.Events.OfType<SubOrchestrationCreated>().Select(static c => c.Version));
    }

    [Fact]
    public void CompareVersionTo_compares_with_the_orchestrations_version()
    {
        var compared = new List<int>();

        FirstTurn(
            context =>
            {
                compared.AddRange([context.CompareVersionTo("1.9"), context.CompareVersionTo("1.10"), context.CompareVersionTo("2.0")]);
                return Task.CompletedTask;
            },
            version: "1.10");

        Assert.Equal([1, 0, -1], compared.Select(Math.Sign));
    }
}
