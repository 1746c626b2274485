using System.Text.Json;
using Embedded.DurableTask.History;

namespace Embedded.DurableTask.Tests.Engine;

/// <summary>What the real platform answered to the same orchestrations, word for word where nothing in it changes from run to run.</summary>
public sealed class ProbeTests
{
    private const string AlwaysDetails =
        """{"ErrorType":"MyEx","ErrorMessage":"always","hasStack":true,"inner":{"ErrorType":"System.ArgumentException","ErrorMessage":"inner arg (Parameter \u0027pname\u0027)","hasStack":false,"inner":null,"props":0},"props":0}""";

    private const string AlwaysFailed =
        """{"ex":"Microsoft.DurableTask.TaskFailedException","Message":"Task \u0027Always\u0027 (#2) failed with an unhandled exception: always","TaskName":"Always","TaskId":2,"inner":"DurableTask.Core.Exceptions.TaskFailedException","fd":"""
        + AlwaysDetails + ""","toString":"MyEx: always","causedMy":true,"causedEx":true}""";

    [Theory]
    [InlineData("BadCast", """{"ex":"System.Text.Json.JsonException","Message":"The JSON value could not be converted to System.Int32. Path: $ | LineNumber: 0 | BytePositionInLine: 8."}""")]
    [InlineData("CancelTimer", """{"ex":"System.Threading.Tasks.TaskCanceledException","Message":"A task was canceled."}""")]
    [InlineData("NullOut", null)]
    [InlineData("VoidOut", null)]
    [InlineData("RetryFail", AlwaysFailed)]
    [InlineData("RetryHandler", """{"log":[{"LastAttemptNumber":1,"fd":""" + AlwaysDetails + ""","total":true},{"LastAttemptNumber":2,"fd":""" + AlwaysDetails + ""","total":true},{"LastAttemptNumber":3,"fd":""" + AlwaysDetails + ""","total":true}],"f":""" + AlwaysFailed + "}")]
    [InlineData("SubFail", """{"ex":"Microsoft.DurableTask.TaskFailedException","Message":"Task \u0027FailNow\u0027 (#0) failed with an unhandled exception: orch fail","TaskName":"FailNow","TaskId":0,"inner":null,"fd":{"ErrorType":"MyEx","ErrorMessage":"orch fail","hasStack":true,"inner":{"ErrorType":"System.InvalidOperationException","ErrorMessage":"deep","hasStack":false,"inner":null,"props":0},"props":0},"toString":"MyEx: orch fail","causedMy":true,"causedEx":true}""")]
    [InlineData("Timeout", """{"ex":"System.Threading.Tasks.TaskCanceledException","Message":"A task was canceled."}""")]
    // Three seconds are what the policy says; storage queues, whose delays are whole seconds, made it two on the platform.
    [InlineData("RetryOk", "\"ok after 3 secs=3\"")]
    public void A_probe_answers_as_the_platform_did(string name, string? output)
    {
        var simulation = new Simulation(ProbeOrchestrations.Executor());

        var instance = simulation.Run(name);

        Assert.Equal(output, instance.Output);
    }

    [Theory]
    [InlineData("FailNow", "MyEx: orch fail")]
    [InlineData("UnhandledAct", "Microsoft.DurableTask.TaskFailedException: Task 'Always' (#0) failed with an unhandled exception: always")]
    [InlineData("Illegal", "System.InvalidOperationException: An invalid asynchronous invocation was detected. This can be caused by awaiting non-durable tasks in an orchestrator function's implementation or by middleware that invokes asynchronous code.")]
    public void A_failing_probe_fails_as_on_the_platform(string name, string output)
    {
        var simulation = new Simulation(ProbeOrchestrations.Executor());

        var instance = simulation.Run(name);

        Assert.Equal(output, instance.Failed.Output);
        var ending = Assert.IsType<ExecutionCompleted>(instance.Events.Last());
        Assert.Equal((CompletionStatus.Failed, output), (ending.Status, ending.Result));
    }

    [Fact]
    public void RoundTrip_keeps_every_value_and_the_custom_status()
    {
        var simulation = new Simulation(ProbeOrchestrations.Executor());
        var input = new ProbeOrchestrations.Rec(
            "a", null, new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc), DayOfWeek.Friday, ["x", "é\"<"], 1.5);

        var instance = simulation.Run("RoundTrip", input);

        Assert.Equal(
            """{"e":{"A":"a","B":null,"When":"2026-01-02T03:04:05Z","Day":5,"Items":["x","\u00E9\u0022\u003C"],"D":1.5},"isNull":true,"noinput":"noinput:NoInput:has instanceId","inst":"s:True","same":true}""",
            instance.Output);
        Assert.Equal("""{"step":1,"Name":"x"}""", instance.CustomStatus);
    }

    [Fact]
    public void Events_that_come_early_are_handed_out_in_order_whatever_their_case()
    {
        var simulation = new Simulation(ProbeOrchestrations.Executor());
        var instance = simulation.Start("Events");
        simulation.Raise("inst", "evt", "1");
        simulation.Raise("inst", "Evt", "2");
        simulation.Raise("inst", "EVT", "3");

        simulation.RunToRest();

        Assert.Equal("""["1","2","3"]""", instance.Output);
    }

    [Fact]
    public void Of_two_waiters_the_last_registered_is_served_first()
    {
        var simulation = new Simulation(ProbeOrchestrations.Executor());
        var instance = simulation.Run("TwoWaiters");
        simulation.Raise("inst", "e", "1");
        simulation.RunToRest();
        simulation.Raise("inst", "e", "2");
        simulation.RunToRest();

        Assert.Equal("""{"which":"b(last registered)","a":"2","b":"1"}""", instance.Output);
    }

    [Fact]
    public void ContinueAsNew_carries_the_kept_event_over()
    {
        var simulation = new Simulation(ProbeOrchestrations.Executor());
        var instance = simulation.Start("Can", 0);
        simulation.Raise("inst", "kept", "k1");
        simulation.RunToRest();
        simulation.Raise("inst", "go", "g");
        simulation.RunToRest();

        Assert.Equal("""{"n":1,"buf":"k1"}""", instance.Output);
        Assert.Equal(2, instance.Generations.Count);
    }

    [Fact]
    public void Guids_are_of_version_5_and_differ()
    {
        var instance = new Simulation(ProbeOrchestrations.Executor()).Run("Guids");

        var answer = JsonDocument.Parse(instance.Output!).RootElement;
        Assert.NotEqual(answer.GetProperty("a").GetGuid(), answer.GetProperty("b").GetGuid());
        Assert.Equal("5", answer.GetProperty("version").GetString());
        Assert.Equal("Utc", answer.GetProperty("kind").GetString());
        Assert.False(answer.GetProperty("replaying").GetBoolean());
        Assert.Equal(("Guids", ""), (answer.GetProperty("name").GetString(), answer.GetProperty("ver").GetString()));
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("parent").ValueKind);
    }

    [Fact]
    public void Children_know_their_parent_and_have_a_given_or_a_deterministic_id()
    {
        var instance = new Simulation(ProbeOrchestrations.Executor()).Run("Subs", id: "p");

        var answer = JsonDocument.Parse(instance.Output!).RootElement;
        var (byDefault, named) = (answer.GetProperty("def"), answer.GetProperty("named"));
        Assert.Matches("^[0-9a-f]{12}5[0-9a-f]{19}$", byDefault.GetProperty("InstanceId").GetString());
        Assert.Equal("p-x", named.GetProperty("InstanceId").GetString());
        foreach (var (child, input) in new[] { (byDefault, "in1"), (named, "in2") })
        {
            Assert.Equal("SubInfo", child.GetProperty("name").GetString());
            Assert.Equal("Subs", child.GetProperty("parentName").GetString());
            Assert.Equal("p", child.GetProperty("parentId").GetString());
            Assert.Equal(input, child.GetProperty("input").GetString());
        }
    }

    // On the platform the activity's failure says nothing but "(unknown)", and the child's killed the parent with a null reference.
    [Theory]
    [InlineData("MissingAct", "NoSuchActivity", "an activity")]
    [InlineData("MissingSub", "NoSuchOrch", "an orchestrator")]
    public void A_missing_function_fails_the_call_with_its_name(string probe, string missing, string kind)
    {
        var instance = new Simulation(ProbeOrchestrations.Executor()).Run(probe);

        var answer = JsonDocument.Parse(instance.Output!).RootElement;
        Assert.Equal(missing, answer.GetProperty("TaskName").GetString());
        Assert.Equal(0, answer.GetProperty("TaskId").GetInt32());
        Assert.Equal("(unknown)", answer.GetProperty("fd").GetProperty("ErrorType").GetString());
        Assert.Contains($"'{missing}' doesn't exist, is disabled, or is not {kind} function", answer.GetProperty("Message").GetString());
        Assert.False(answer.GetProperty("causedEx").GetBoolean());
    }

    [Fact]
    public void An_unknown_orchestrator_fails_with_the_platforms_document()
    {
        var instance = new Simulation(new DelegateExecutor().Orchestrator("Known", static _ => Task.CompletedTask)).Run("NoSuch");

        Assert.Equal(
            """{"message":"The function 'NoSuch' doesn't exist, is disabled, or is not an orchestrator function. Additional info: The following are the known orchestrator functions: 'Known'.","details":null}""",
            instance.Failed.Output);
    }
}
