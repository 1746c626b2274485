namespace Reprocessing.Functions.Tests.Resets;

/// <summary>A workflow is reset for the second time, and tells of its new run while the reset is told of.</summary>
public sealed class ResetRecorderTests
{
    private const string First = """{"type":"FirstWorkflowTask"}""";

    private readonly ResetBench _bench = new();

    public ResetRecorderTests()
    {
        _bench.AddPoints("w");
        _bench.Store.Records["w"] = _bench.Store.Records["w"] with { ResetReason = "long ago", ResetJobId = "job-old", PreviousInstance = "w" };
    }

    [Fact]
    public async Task The_new_reason_stands_although_the_new_run_recorded_itself_while_it_was_written()
    {
        var plan = await _bench.PlanAsync(First, new() { Ids = ["w"] });
        _bench.Hub.AfterStart = () => _bench.Store.AfterRead = id =>
        {
            var old = _bench.Store.Records[id];
            _bench.Store.Tell(old with { Version = _bench.Hub[id].CreatedAt.AddSeconds(9).UtcTicks, Status = WorkflowStatus.Running, Continuations = 4 });
        };

        await _bench.ApplyAsync(First, plan);

        var told = _bench.Store.Records["w"];
        Assert.Equal((ResetBench.Reason, ResetBench.JobId, 4), (told.ResetReason, told.ResetJobId, told.Continuations));
    }

    [Fact]
    public async Task A_workflow_that_records_itself_does_not_bring_an_old_reason_back()
    {
        var at = _bench.Hub["w"].CreatedAt.AddMinutes(1);
        _bench.Store.AfterRead = id => _bench.Store.Tell(_bench.Store.Records[id] with { Version = at.UtcTicks - 1, ResetReason = "today", ResetJobId = "job-new" });

        await new RecordWorkflow(_bench.Store.Index.Object).RunAsync(new("w", "LoyaltyProgram", WorkflowStatus.Running, at, 2), default);

        var told = _bench.Store.Records["w"];
        Assert.Equal(("today", "job-new", "w", 2), (told.ResetReason, told.ResetJobId, told.PreviousInstance, told.Continuations));
    }
}
