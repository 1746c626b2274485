namespace Reprocessing.Functions.Tests.Resets;

/// <summary>A process dies within a reset, and the job is not wanted any more, or goes on without the item: nothing stays half done.</summary>
public sealed class IncompleteResetTests
{
    private const string All = """{"type":"FirstWorkflowTask","reapply":"all"}""";

    /// <summary>Terminate, start, two events.</summary>
    private const int Acts = 4;

    [Theory]
    [InlineData(DesiredState.Pause, true)]
    [InlineData(DesiredState.Cancel, true)]
    [InlineData(DesiredState.Cancel, false)]
    public async Task What_was_begun_is_finished_although_the_job_was_stopped_and_what_was_not_is_untouched(DesiredState demand, bool callIsRepeated)
    {
        for (var acts = 0; acts < Acts; acts++)
        {
            var bench = new ResetBench();
            var plan = await DieAsync(bench, acts);
            var untouched = bench.AddPoints("x");
            bench.Jobs.Put(("w", ItemState.Pending), ("x", ItemState.Pending));
            bench.Demand(All, demand);

            if (callIsRepeated)
            {
                var answer = await bench.CallAsync(All, [.. plan, new("x", "?", ItemState.Pending)]);
                Assert.Equal((demand, ItemState.Succeeded, ItemState.Pending), (answer.Control!.Demand, answer.States[0], answer.States[1]));
            }
            else
            {
                await bench.EndAsync(StopReason.Canceled);
                Assert.Equal(JobState.Canceled, bench.Jobs[ResetBench.JobId].State);
            }

            AssertReset(bench);
            Assert.Equal((ItemState.Succeeded, ItemState.Pending), (bench.Jobs.Items["w"].State, bench.Jobs.Items["x"].State));
            Assert.Same(untouched, bench.Hub["x"]);
            Assert.Equal(OrchestrationRuntimeStatus.Running, untouched.Status);
        }
    }

    [Fact]
    public async Task What_a_job_has_left_when_it_ended_is_found_and_finished_later()
    {
        for (var acts = 0; acts < Acts; acts++)
        {
            var bench = new ResetBench();
            await DieAsync(bench, acts);
            bench.Jobs.Put(("w", ItemState.Failed));
            bench.Demand(All, DesiredState.Run);
            bench.Jobs[ResetBench.JobId] = bench.Jobs[ResetBench.JobId] with { State = JobState.CompletedWithFailures, EndedAt = bench.Store.Clock.GetUtcNow() };

            await bench.ReconcileAsync();
            Assert.NotEqual(ResetStage.Done, bench.Store.StepOf("w")!.Stage);

            bench.Store.Clock.Now += TimeSpan.FromMinutes(4);
            await bench.ReconcileAsync();
            AssertReset(bench);
            Assert.Empty(bench.Store.Open);
        }
    }

    [Fact]
    public async Task One_that_does_not_end_in_time_is_run_again_once_it_has_ended()
    {
        var bench = new ResetBench();
        bench.AddPoints("w").Events.AddRange(Events);
        bench.Hub.Hangs = true;
        bench.Jobs.Put(("w", ItemState.Pending));
        bench.Demand(All, DesiredState.Run);
        Assert.Equal([ItemState.Failed], (await bench.CallAsync(All, await bench.PlanAsync(All, new() { Ids = ["w"] }))).States);
        Assert.Equal("not_terminated", bench.Jobs.Items["w"].Reason);
        await bench.EndAsync(StopReason.Drained);
        Assert.Empty(bench.Hub.Starts);

        bench.Hub["w"].Status = OrchestrationRuntimeStatus.Terminated;
        bench.Store.Clock.Now += TimeSpan.FromMinutes(4);
        await bench.ReconcileAsync();

        AssertReset(bench);
    }

    [Fact]
    public async Task Events_that_still_wait_in_a_busy_hub_when_the_process_dies_are_not_sent_again()
    {
        for (var acts = 2; acts < Acts; acts++)
        {
            for (var more = 0; more < 5; more++)
            {
                var bench = new ResetBench();
                bench.Hub.IsBusy = true;
                var plan = await DieAsync(bench, acts);

                // Once more while it goes on: at the suspend, at the resume, at an event.
                bench.Hub.ActsLeft = more;
                await Record.ExceptionAsync(() => bench.CallAsync(All, plan));
                bench.Hub.ActsLeft = null;
                Assert.Equal([ItemState.Succeeded], (await bench.CallAsync(All, plan)).States);

                bench.Hub.Turn("w");
                AssertReset(bench);
            }
        }
    }

    [Fact]
    public async Task A_run_that_somebody_has_started_meanwhile_is_not_ended()
    {
        var bench = new ResetBench();
        await DieAsync(bench, acts: 0);
        bench.Demand(All, DesiredState.Cancel);
        var anew = bench.AddPoints("w");

        await bench.EndAsync(StopReason.Canceled);

        Assert.Same(anew, bench.Hub["w"]);
        Assert.Equal((OrchestrationRuntimeStatus.Running, "changed_since_plan"), (anew.Status, bench.Store.StepOf("w")!.RefusedReason));
        Assert.Empty(bench.Hub.Starts);
    }

    [Fact]
    public async Task An_order_that_was_taken_from_its_workflow_gets_its_successor_although_the_job_was_cancelled()
    {
        const string Last = """{"type":"LastWorkflowTask"}""";
        for (var acts = 0; acts < 2; acts++)
        {
            var bench = new ResetBench();
            bench.AddOrder("A", OrchestrationRuntimeStatus.Running);
            var plan = await bench.PlanAsync(Last, new() { Ids = ["order-fulfillment-A"] });
            bench.Hub.ActsLeft = acts;
            await Record.ExceptionAsync(() => bench.CallAsync(Last, plan));
            bench.Hub.ActsLeft = null;
            bench.Demand(Last, DesiredState.Cancel);

            Assert.Equal([ItemState.Started], (await bench.CallAsync(Last, plan)).States);

            Assert.Equal(["order-fulfillment-A-g1"], bench.Hub.Starts);
            Assert.Equal(("order-fulfillment-A-g1", OrderPhase.PendingRetry), (bench.Store.StoredOrders["A"].WorkflowId, bench.Store.StoredOrders["A"].Phase));
        }
    }

    private static readonly CapturedEvent[] Events = [new("PointsEarned", "1"), new("PointsSpent", "2")];

    private static async Task<IReadOnlyList<JobItem>> DieAsync(ResetBench bench, int acts)
    {
        bench.AddPoints("w").Events.AddRange(Events);
        var plan = await bench.PlanAsync(All, new() { Ids = ["w"] });
        bench.Hub.ActsLeft = acts;
        await Record.ExceptionAsync(() => bench.CallAsync(All, plan));
        Assert.NotEqual(ResetStage.Done, bench.Store.StepOf("w")!.Stage);
        bench.Hub.ActsLeft = null;
        return plan;
    }

    private static void AssertReset(ResetBench bench)
    {
        Assert.Equal((ResetStage.Done, OrchestrationRuntimeStatus.Running), (bench.Store.StepOf("w")!.Stage, bench.Hub["w"].Status));
        Assert.Equal(["w"], bench.Hub.Starts);
        Assert.Equal(Events, bench.Hub["w"].Events);
    }
}
