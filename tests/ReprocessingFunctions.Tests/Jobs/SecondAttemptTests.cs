namespace ReprocessingFunctions.Tests.Jobs;

/// <summary>A second child goes on where the first one broke.</summary>
public sealed class SecondAttemptTests
{
    [Fact]
    public async Task Items_whose_call_failed_before_the_first_attempt_broke_are_worked_on_by_the_second_and_cost_no_other_its_turn()
    {
        // The first chunk's call fails for good, and then the selection of the second slice.
        var job = new FakeJob(100) { CallFails = call => call < 3, SelectFails = call => call is 1 or 2 or 3 };

        var (result, error) = await RunAsync(job, job.Input(new Pace(1, 2)));

        Assert.Null(error);
        Assert.Equal((100, 0), (job.Count(ItemState.Succeeded), job.Count(ItemState.Pending)));
        Assert.Equal(100, job.Begun.Count);
        Assert.Equal((1, 100), (result.ErrorCount, result.RestartedCount));
    }

    private static async Task<(ReprocessingResult Result, string? Error)> RunAsync(FakeJob job, SliceInput plan)
    {
        var parent = new OrchestrationHarness(plan)
            .Child<SliceInput, ReprocessingResult>(nameof(SliceOrchestrator), (input, _) => RunChild(job, input))
            .Activity<ReadSliceProgressInput, SliceProgress>(nameof(ReadSliceProgress), _ => Progress(job));
        return await SliceAttempts.RunAsync(parent.Context, plan, (_, _) => { });
    }

    private static ReprocessingResult RunChild(FakeJob job, SliceInput input)
    {
        try
        {
            // Runs on a clock of its own, and so to its end at once.
            return job.RunAsync(input).GetAwaiter().GetResult();
        }
        catch (TaskFailedException e)
        {
            throw OrchestrationHarness.Failure(nameof(SliceOrchestrator), e.Message);
        }
    }

    private static SliceProgress Progress(FakeJob job) =>
        SliceProgress.None with { Result = job.Engine.Statuses.Cast<JobStatus>().Last().Result, Control = job.Control };
}
