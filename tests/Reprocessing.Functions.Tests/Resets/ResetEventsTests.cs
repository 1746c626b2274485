namespace Reprocessing.Functions.Tests.Resets;

/// <summary>What of the old run's events the new one gets, and that a process may die at any act.</summary>
public sealed class ResetEventsTests
{
    private const string WithoutSpent = """{"type":"FirstWorkflowTask","reapply":{"exclude":["pointsspent"]}}""";

    private readonly ResetBench _bench = new();

    [Theory]
    [InlineData("""{"type":"FirstWorkflowTask"}""", "")]
    [InlineData("""{"type":"FirstWorkflowTask","reapply":"none"}""", "")]
    [InlineData("""{"type":"FirstWorkflowTask","reapply":"all"}""", "PointsEarned 1, PointsSpent 2, PointsEarned 3")]
    [InlineData(WithoutSpent, "PointsEarned 1, PointsEarned 3")]
    public async Task The_new_run_gets_the_events_that_were_asked_for_in_their_order(string options, string expected)
    {
        AddWithEvents();

        Assert.Equal("reset", await _bench.ResetAsync("w", options));

        Assert.Equal(expected, EventsOf("w"));
    }

    [Fact]
    public async Task No_event_is_sent_before_the_new_run_has_begun()
    {
        AddWithEvents();
        _bench.Hub.LooksUntilBegun = 3;

        Assert.Equal("reset", await _bench.ResetAsync("w", WithoutSpent));

        Assert.Equal("PointsEarned 1, PointsEarned 3", EventsOf("w"));
    }

    [Fact]
    public async Task An_event_that_comes_just_before_the_old_run_ends_is_not_lost()
    {
        AddWithEvents();
        _bench.Hub.BeforeEnd = instance => instance.Events.Add(new("PointsEarned", "4"));

        Assert.Equal("reset", await _bench.ResetAsync("w", WithoutSpent));

        Assert.Equal("PointsEarned 1, PointsEarned 3, PointsEarned 4", EventsOf("w"));
    }

    [Fact]
    public async Task One_that_continues_as_new_just_before_it_ends_is_put_back_and_says_so()
    {
        AddWithEvents();
        _bench.Hub.BeforeEnd = instance =>
        {
            instance.Input = "\"sum\"";
            instance.Events.Clear();
            instance.Events.Add(new("PointsEarned", "5"));
            _bench.Store.Records["w"] = _bench.Store.Records["w"] with { Continuations = 1 };
        };

        Assert.Equal("Failed: events_unknown", await _bench.ResetAsync("w", WithoutSpent));

        Assert.Equal(("\"sum\"", "PointsEarned 5", OrchestrationRuntimeStatus.Running), (_bench.Hub["w"].Input, EventsOf("w"), _bench.Hub["w"].Status));
    }

    [Theory]
    [InlineData("\"sum\"", 0)]
    [InlineData("\"sum\"", null)]
    [InlineData("\"first\"", 1)]
    public async Task A_continuation_that_the_index_has_not_heard_of_is_seen_before_anything_is_lost(string input, int? generation)
    {
        var old = AddWithEvents();
        (old.Input, old.Generation) = (input, generation);

        Assert.Equal("Skipped: events_unknown", await _bench.ResetAsync("w", WithoutSpent));

        Assert.Same(old, _bench.Hub["w"]);
        Assert.Equal((OrchestrationRuntimeStatus.Running, (ResetStep?)null), (old.Status, _bench.Store.StepOf("w")));
    }

    [Theory]
    [InlineData("\"sum\"", 0)]
    [InlineData("\"first\"", 1)]
    public async Task One_that_continues_as_new_unheard_just_before_it_ends_is_put_back_and_says_so(string input, int generation)
    {
        AddWithEvents();
        _bench.Hub.BeforeEnd = instance =>
        {
            (instance.Input, instance.Generation) = (input, generation);
            instance.Events.Clear();
            instance.Events.Add(new("PointsSpent", "5"));
        };

        Assert.Equal("Failed: events_unknown", await _bench.ResetAsync("w", WithoutSpent));

        Assert.Equal((input, "PointsSpent 5", OrchestrationRuntimeStatus.Running), (_bench.Hub["w"].Input, EventsOf("w"), _bench.Hub["w"].Status));
        Assert.Equal(1, _bench.Store.StepOf("w")!.Continuations);
    }

    [Fact]
    public async Task An_input_that_is_only_written_in_another_way_is_the_first_one()
    {
        var old = AddWithEvents();
        _bench.Store.Records["w"] = _bench.Store.Records["w"] with { OriginalInput = """{"a":"+","b":[1]}""" };
        old.Input = """{ "b": [1], "a": "\u002B" }""";

        Assert.Equal("reset", await _bench.ResetAsync("w", WithoutSpent));
    }

    [Fact]
    public async Task A_first_input_that_was_too_long_for_the_index_is_known_by_the_history_or_not_at_all()
    {
        const string First = """{"type":"FirstWorkflowTask"}""";
        foreach (var id in (string[])["w", "continued", "hidden"])
        {
            _bench.AddPoints(id).Generation = id == "continued" ? 1 : 0;
            _bench.Store.Records[id] = _bench.Store.Records[id] with { OriginalInput = null };
        }

        Assert.Equal("reset", await _bench.ResetAsync("w", First));
        Assert.Equal("Skipped: original_input_unknown", await _bench.ResetAsync("continued", First));
        _bench.Hub.ShowsHistories = false;
        Assert.Equal("Failed: history_unavailable", await _bench.ResetAsync("hidden", First));
    }

    [Fact]
    public async Task One_workflow_that_cannot_be_reset_is_no_matter_of_the_others()
    {
        _bench.AddOrder("A", OrchestrationRuntimeStatus.Failed);
        foreach (var id in (string[])["w1", "w2", "w3"])
        {
            _bench.AddPoints(id).Events.AddRange(Events);
        }

        var plan = await _bench.PlanAsync(WithoutSpent, new() { Ids = ["w1", "order-fulfillment-A", "w2", "w3"] });
        _bench.Store.BrokenOrders.Add("A");
        _bench.Store.TooLarge.Add("w2");
        _bench.Hub.BeforeEvent = id =>
        {
            if (id == "w3")
            {
                _bench.Hub.Purge(id);
            }
        };

        var results = await _bench.ApplyAsync(WithoutSpent, plan);

        Assert.Equal(
            ["w1 Succeeded", "order-fulfillment-A Failed processing_failed", "w2 Failed processing_failed", "w3 Succeeded"],
            results.Select(result => $"{result.Id} {result.State} {result.Reason}".TrimEnd()));
        Assert.Equal("PointsEarned 1, PointsEarned 3", EventsOf("w1"));
        Assert.Equal(["w1", "w3"], _bench.Hub.Starts.Order(StringComparer.Ordinal));
        Assert.Equal(OrchestrationRuntimeStatus.Running, _bench.Hub["w2"].Status);
    }

    [Fact]
    public async Task An_outage_fails_the_whole_call_so_that_it_is_repeated()
    {
        AddWithEvents();
        var plan = await _bench.PlanAsync(WithoutSpent, new() { Ids = ["w"] });
        _bench.Hub.ShowsHistories = true;
        _bench.Store.Outage = true;

        await Assert.ThrowsAsync<Azure.RequestFailedException>(() => _bench.ApplyAsync(WithoutSpent, plan));
        await Assert.ThrowsAsync<Azure.RequestFailedException>(() => _bench.PlanAsync(WithoutSpent, new() { Ids = ["w"] }));

        _bench.Store.Outage = false;
        Assert.Equal(ItemState.Succeeded, Assert.Single(await _bench.ApplyAsync(WithoutSpent, plan)).State);
        Assert.Equal(["w"], _bench.Hub.Starts);
    }

    [Fact]
    public async Task An_order_whose_old_workflow_does_not_end_in_time_goes_on_with_its_successor_and_says_so()
    {
        _bench.AddOrder("A", OrchestrationRuntimeStatus.Running);
        _bench.Hub.Hangs = true;
        const string Last = """{"type":"LastWorkflowTask"}""";

        var result = Assert.Single(await _bench.ApplyAsync(Last, await _bench.PlanAsync(Last, new() { Ids = ["order-fulfillment-A"] })));

        Assert.Equal((ItemState.Succeeded, "order-fulfillment-A-g1"), (result.State, result.WorkflowId));
        Assert.Contains("has not ended in time", result.Message, StringComparison.Ordinal);
        Assert.Equal(["order-fulfillment-A-g1"], _bench.Hub.Starts);
    }

    [Fact]
    public async Task Nothing_is_changed_when_the_history_cannot_be_read_or_the_old_run_does_not_end()
    {
        var old = AddWithEvents();
        _bench.Hub.ShowsHistories = false;
        Assert.Equal("Failed: history_unavailable", await _bench.ResetAsync("w", WithoutSpent));
        _bench.Hub.ShowsHistories = true;
        _bench.Hub.Hangs = true;

        Assert.Equal("Failed: not_terminated", await _bench.ResetAsync("w", WithoutSpent));

        Assert.Same(old, _bench.Hub["w"]);
        Assert.Empty(_bench.Hub.Starts);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whatever_the_process_dies_at_the_workflow_is_reset_once_and_gets_each_event_once(bool reapplies)
    {
        var options = reapplies ? WithoutSpent : """{"type":"FirstWorkflowTask"}""";
        for (var acts = 0; acts < 5; acts++)
        {
            var bench = new ResetBench();
            bench.AddPoints("w").Events.AddRange(Events);
            var plan = await bench.PlanAsync(options, new() { Ids = ["w"] });
            bench.Hub.ActsLeft = acts;
            await Record.ExceptionAsync(() => bench.ApplyAsync(options, plan));
            bench.Hub.ActsLeft = null;

            var result = Assert.Single(await bench.ApplyAsync(options, plan));
            var again = Assert.Single(await bench.ApplyAsync(options, plan));

            Assert.Equal((ItemState.Succeeded, result), (result.State, again));
            Assert.Equal(["w"], bench.Hub.Starts);
            Assert.Equal(
                reapplies ? ["PointsEarned 1", "PointsEarned 3"] : [], bench.Hub["w"].Events.Select(one => $"{one.Name} {one.Input}"));
        }
    }

    [Fact]
    public async Task Whatever_the_process_dies_at_an_order_is_reset_once()
    {
        const string Options = """{"type":"LastWorkflowTask"}""";
        for (var acts = 0; acts < 3; acts++)
        {
            var bench = new ResetBench();
            bench.AddOrder("A", OrchestrationRuntimeStatus.Running);
            var plan = await bench.PlanAsync(Options, new() { Ids = ["order-fulfillment-A"] });
            bench.Hub.ActsLeft = acts;
            await Record.ExceptionAsync(() => bench.ApplyAsync(Options, plan));
            bench.Hub.ActsLeft = null;

            var result = Assert.Single(await bench.ApplyAsync(Options, plan));

            Assert.Equal((ItemState.Succeeded, "order-fulfillment-A-g1"), (result.State, result.WorkflowId));
            Assert.Equal(1, bench.Store.StoredOrders["A"].Generation);
            Assert.Equal(["order-fulfillment-A-g1"], bench.Hub.Starts);
        }
    }

    [Fact]
    public async Task Another_run_or_another_end_than_the_plan_saw_is_left_alone()
    {
        _bench.AddPoints("ended");
        _bench.AddPoints("anew");
        _bench.AddPoints("suspended");
        _bench.AddPoints("continued");
        var plan = await _bench.PlanAsync("""{"type":"FirstWorkflowTask"}""", new() { Filter = "type = LoyaltyProgram" });
        _bench.Hub["ended"].Status = OrchestrationRuntimeStatus.Failed;
        _bench.AddPoints("anew");
        _bench.Hub["suspended"].Status = OrchestrationRuntimeStatus.Suspended;
        _bench.Hub["continued"].ContinueAsNew("\"continued\"");

        var results = await _bench.ApplyAsync("""{"type":"FirstWorkflowTask"}""", plan);

        Assert.Equal(
            ["anew changed_since_plan", "continued ", "ended changed_since_plan", "suspended "],
            results.Select(result => $"{result.Id} {result.Reason}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Items_that_a_cancelled_job_never_came_to_stay_as_they_are()
    {
        AddWithEvents();
        _bench.AddOrder("A", OrchestrationRuntimeStatus.Running);
        var request = new ProcessRequest(ResetBench.JobId, WithoutSpent, [new("w", "?"), new("order-fulfillment-A", "?")]);

        Assert.All(await _bench.Kind.AbandonAsync(request, default), result => Assert.Equal(ItemState.Pending, result.State));
    }

    private static readonly CapturedEvent[] Events = [new("PointsEarned", "1"), new("PointsSpent", "2"), new("PointsEarned", "3")];

    private FakeHub.Instance AddWithEvents()
    {
        var instance = _bench.AddPoints("w");
        instance.Events.AddRange(Events);
        return instance;
    }

    private string EventsOf(string id) => string.Join(", ", _bench.Hub[id].Events.Select(one => $"{one.Name} {one.Input}"));
}
