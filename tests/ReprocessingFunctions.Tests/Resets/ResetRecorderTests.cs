namespace ReprocessingFunctions.Tests.Resets;

/// <summary>A workflow is reset for the second time, and tells of its new run while the reset is told of.</summary>
public sealed class ResetRecorderTests
{
    private const string First = """{"type":"FirstWorkflowTask"}""";

    private readonly ResetBench _bench = new();

    public ResetRecorderTests()
    {
        _bench.AddPoints("w");
        _bench.Books.Records["w"] = _bench.Books.Records["w"] with { ResetReason = "long ago", ResetJobId = "job-old", PreviousInstance = "w" };
    }

    [Fact]
    public async Task The_new_reason_stands_although_the_new_run_recorded_itself_while_it_was_written()
    {
        var plan = await _bench.PlanAsync(First, new() { Ids = ["w"] });
        _bench.Hub.AfterStart = () => _bench.Books.AfterRead = id =>
        {
            var old = _bench.Books.Records[id];
            _bench.Books.Tell(old with { Version = _bench.Hub[id].CreatedAt.AddSeconds(9).UtcTicks, Status = WorkflowStatus.Running, Continuations = 4 });
        };

        await _bench.ApplyAsync(First, plan);

        var told = _bench.Books.Records["w"];
        Assert.Equal((ResetBench.Reason, ResetBench.JobId, 4), (told.ResetReason, told.ResetJobId, told.Continuations));
    }

    [Fact]
    public async Task A_workflow_that_records_itself_does_not_bring_an_old_reason_back()
    {
        var at = _bench.Hub["w"].CreatedAt.AddMinutes(1);
        _bench.Books.AfterRead = id => _bench.Books.Tell(_bench.Books.Records[id] with { Version = at.UtcTicks - 1, ResetReason = "today", ResetJobId = "job-new" });

        await new RecordWorkflow(_bench.Books.Index.Object).RunAsync(new("w", "LoyaltyProgram", WorkflowStatus.Running, at, 2), default);

        var told = _bench.Books.Records["w"];
        Assert.Equal(("today", "job-new", "w", 2), (told.ResetReason, told.ResetJobId, told.PreviousInstance, told.Continuations));
    }
}
