using Embedded.DurableTask.History;
using Embedded.DurableTask.Store;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Tests.Store;

/// <summary>What every store must do.</summary>
public abstract class TaskHubStoreContract
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly CancellationToken Patient = CancellationToken.None;

    private protected abstract Task<ITaskHubStore> OpenAsync(int bucketCount = 1);

    /// <summary>Another client of the store that was opened last.</summary>
    private protected abstract Task<ITaskHubStore> ReopenAsync(int bucketCount);

    [Fact]
    public async Task The_number_of_buckets_is_fixed_when_the_hub_is_made()
    {
        var first = await OpenAsync(3);

        var second = await ReopenAsync(7);

        Assert.Equal(3, first.BucketCount);
        Assert.Equal(3, second.BucketCount);
    }

    [Fact]
    public async Task A_lease_is_written_only_over_the_one_that_was_read()
    {
        var store = await OpenAsync();
        var mine = new HubLease("me", 1, Noon.AddTicks(7));
        var yours = new HubLease("you", 2, Noon);

        Assert.Null(await store.ReadLeaseAsync(Patient));
        Assert.True(await store.TryWriteLeaseAsync(mine, null, Patient));
        Assert.False(await store.TryWriteLeaseAsync(yours, null, Patient));
        Assert.False(await store.TryWriteLeaseAsync(yours, mine with { Token = 9 }, Patient));
        Assert.Equal(mine, await store.ReadLeaseAsync(Patient));
        Assert.True(await store.TryWriteLeaseAsync(mine with { Owner = null }, mine, Patient));
        Assert.Null((await store.ReadLeaseAsync(Patient))?.Owner);
    }

    [Fact]
    public async Task Who_takes_a_fence_ends_the_commits_of_the_one_before()
    {
        var store = await OpenAsync();
        var old = await TakeAsync(store, 1);
        Assert.IsType<CommitOutcome.Applied>(await CommitAsync(store, old, Add("a")));
        var current = await store.ReadFenceAsync(0, Patient);

        var taken = await store.TryTakeFenceAsync(current, 2, Patient);

        Assert.NotNull(taken);
        Assert.Equal(2, taken.Token);
        Assert.Null(await store.TryTakeFenceAsync(current, 3, Patient));
        Assert.IsType<CommitOutcome.FenceLost>(await CommitAsync(store, current, Add("b")));
        Assert.Null(await store.ReadHeadAsync("b", Patient));
        Assert.IsType<CommitOutcome.Applied>(await CommitAsync(store, taken, Add("b")));
    }

    [Fact]
    public async Task Committing_the_same_again_answers_as_the_first_time()
    {
        var store = await OpenAsync();
        var fence = await TakeAsync(store, 1);
        var first = Assert.IsType<CommitOutcome.Applied>(await CommitAsync(store, fence, Add("a")));

        var again = Assert.IsType<CommitOutcome.Applied>(await CommitAsync(store, fence, Add("a")));

        Assert.Equal(first.Fence, again.Fence);
        Assert.IsType<CommitOutcome.Applied>(await CommitAsync(store, again.Fence, Add("b")));
        Assert.IsType<CommitOutcome.FenceLost>(await CommitAsync(store, fence, Add("c")));
    }

    [Fact]
    public async Task A_refused_unit_is_named_and_nothing_of_the_others_is_applied()
    {
        var store = await OpenAsync();
        var fence = await AppliedAsync(store, await TakeAsync(store, 1), Add("b"));

        var outcome = await store.CommitAsync(
            fence, [[Add("a"), new StoreWrite.AddHistory(new HistoryRow("a", 0, 0, "[]"))], [Add("b")], [Add("c")]], Patient);

        var refused = Assert.IsType<CommitOutcome.Refused>(outcome);
        Assert.Equal((1, RefusalReason.AlreadyExists), (refused.Index, refused.Reason));
        Assert.Null(await store.ReadHeadAsync("a", Patient));
        Assert.Null(await store.ReadHeadAsync("c", Patient));
        // The fence did not move: the rest can go again.
        Assert.IsType<CommitOutcome.Applied>(await CommitAsync(store, fence, Add("c")));
    }

    [Theory]
    [InlineData("merge")]
    [InlineData("head")]
    [InlineData("history")]
    [InlineData("message")]
    [InlineData("outbox")]
    public async Task A_change_of_a_row_that_is_not_there_is_refused(string kind)
    {
        var store = await OpenAsync();
        StoreWrite write = kind switch
        {
            "merge" => new StoreWrite.MergeHead(Head("a"), HeadParts.State),
            "head" => new StoreWrite.DeleteHead("a"),
            "history" => new StoreWrite.DeleteHistory("a", 0, 0),
            "message" => new StoreWrite.DeleteMessage("a", "1"),
            _ => new StoreWrite.DeleteOutbox("a", "1"),
        };

        var refused = Assert.IsType<CommitOutcome.Refused>(await CommitAsync(store, await TakeAsync(store, 1), write));

        Assert.Equal((0, RefusalReason.NotFound), (refused.Index, refused.Reason));
    }

    [Fact]
    public async Task A_head_comes_back_as_it_was_written()
    {
        var store = await OpenAsync();
        // Longer than a property, with surrogate pairs where it is cut.
        var input = string.Concat(Enumerable.Repeat("a\U0001F680", 40_000));
        var head = Head("a") with
        {
            Version = "1.2",
            Status = OrchestrationRuntimeStatus.Failed,
            Generation = 3,
            HistoryRows = 12,
            Recent = "[1]\n[2]",
            Input = input,
            Output = "",
            CustomStatus = """{"text":"\u00e4 \"quoted\""}""",
            Failure = new FailureRecord("My.Exception", "it broke", "at X", new FailureRecord("Inner", "because")),
            LastUpdatedAt = Noon.AddTicks(123),
            StartAt = Noon.AddDays(1),
            Parent = new ParentLink("P", "parent", "run", 2, 17),
            Tags = new Dictionary<string, string> { ["k"] = "v", ["ü"] = "" },
            Stale = [new StaleHistory(1, 7), new StaleHistory(2, 100)],
        };

        await AppliedAsync(store, await TakeAsync(store, 1), new StoreWrite.AddHead(head));

        AssertSame(head, await store.ReadHeadAsync("a", Patient));
    }

    [Fact]
    public async Task A_merge_writes_its_parts_and_nothing_else()
    {
        var store = await OpenAsync();
        var before = Head("a") with { Input = "1", Output = new string('x', 70_000), Tags = new Dictionary<string, string> { ["k"] = "v" } };
        var fence = await AppliedAsync(store, await TakeAsync(store, 1), new StoreWrite.AddHead(before));
        var other = Head("a") with
        {
            Status = OrchestrationRuntimeStatus.Running, Input = "2", Generation = 5, HistoryRows = 2, CustomStatus = "1",
            LastUpdatedAt = Noon.AddHours(1), Recent = "[]\n[]", Stale = [new StaleHistory(4, 4)],
        };

        fence = await AppliedAsync(store, fence, new StoreWrite.MergeHead(other, HeadParts.State));
        AssertSame(before.With(other, HeadParts.State), await store.ReadHeadAsync("a", Patient));

        fence = await AppliedAsync(store, fence, new StoreWrite.MergeHead(other, HeadParts.Progress));
        AssertSame(before.With(other, HeadParts.State | HeadParts.Progress), await store.ReadHeadAsync("a", Patient));

        fence = await AppliedAsync(store, fence, new StoreWrite.MergeHead(other, HeadParts.Execution | HeadParts.Stale));
        AssertSame(before.With(other, HeadParts.All), await store.ReadHeadAsync("a", Patient));

        await AppliedAsync(store, fence, new StoreWrite.ReplaceHead(Head("a")));
        AssertSame(Head("a"), await store.ReadHeadAsync("a", Patient));
    }

    [Theory]
    [InlineData("plain-id_1.2:3@4")]
    [InlineData("a/b\\c#d?e")]
    [InlineData("quote'd \"and\" 100% a|b=c&d+e")]
    [InlineData("tab\tline\nünïcödé \U0001F680")]
    public async Task Any_id_is_kept_apart_from_every_other(string id)
    {
        var store = await OpenAsync(4);
        var bucket = StoreKeys.BucketOf(id, 4);
        var fence = await TakeAsync(store, 1, bucket);

        await AppliedAsync(
            store,
            fence,
            new StoreWrite.AddHead(Head(id)),
            new StoreWrite.AddHistory(new HistoryRow(id, 0, 0, "[1]")),
            new StoreWrite.PutMessage(new StoredMessage(id, "run", "1", new EventRaised(Noon.UtcDateTime, "e"))));

        Assert.Equal(id, (await store.ReadHeadAsync(id, Patient))?.InstanceId);
        Assert.Null(await store.ReadHeadAsync(id + "x", Patient));
        Assert.Equal("[1]", Assert.Single(await store.ReadHistoryAsync(id, 0, 1, Patient)).Text);
        Assert.Equal(id, Assert.Single((await store.ReadUnfinishedAsync(Patient)).Messages).InstanceId);
        var listed = await store.ListHeadsAsync(new HeadQuery { InstanceIdPrefix = id[..3] }, Patient);
        Assert.Equal(id, Assert.Single(listed.Heads).InstanceId);
    }

    [Fact]
    public async Task Pages_follow_one_another_in_the_order_of_ids_across_buckets()
    {
        var store = await OpenAsync(4);
        var ids = Enumerable.Range(0, 23).Select(static index => $"id-{index:D2}").ToList();
        await AddAllAsync(store, [.. ids.Select(Head)]);

        var seen = new List<string>();
        var sizes = new List<int>();
        for (HeadPage? page = null; page is null or { Next: not null };)
        {
            page = await store.ListHeadsAsync(new HeadQuery { PageSize = 5, After = page?.Next }, Patient);
            seen.AddRange(page.Heads.Select(static head => head.InstanceId));
            sizes.Add(page.Heads.Count);
        }

        Assert.Equal(ids, seen);
        Assert.Equal([5, 5, 5, 5, 3], sizes);
    }

    [Fact]
    public async Task Listing_filters_by_status_prefix_creation_and_bucket()
    {
        var store = await OpenAsync(2);
        await AddAllAsync(
            store,
            [
                Head("a1") with { Status = OrchestrationRuntimeStatus.Running, CreatedAt = Noon },
                Head("a2") with { Status = OrchestrationRuntimeStatus.Failed, CreatedAt = Noon.AddMinutes(1) },
                Head("a3") with { Status = OrchestrationRuntimeStatus.Completed, CreatedAt = Noon.AddMinutes(2) },
                Head("b1") with { Status = OrchestrationRuntimeStatus.Running, CreatedAt = Noon.AddMinutes(3) },
            ]);

        Assert.Equal(["a1", "a2", "a3"], await IdsAsync(store, new HeadQuery { InstanceIdPrefix = "a" }));
        Assert.Equal(["a1", "b1"], await IdsAsync(store, new HeadQuery { Statuses = [OrchestrationRuntimeStatus.Running] }));
        Assert.Equal(
            ["a2", "a3"],
            await IdsAsync(store, new HeadQuery { Statuses = [OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Completed] }));
        Assert.Equal(
            ["a2", "a3"], await IdsAsync(store, new HeadQuery { CreatedFrom = Noon.AddMinutes(1), CreatedTo = Noon.AddMinutes(2) }));
        string[] all = ["a1", "a2", "a3", "b1"];
        Assert.Equal(
            all.Where(static id => StoreKeys.BucketOf(id, 2) == 1), await IdsAsync(store, new HeadQuery { Bucket = 1 }));
    }

    [Fact]
    public async Task Listing_leaves_payloads_out_unless_asked()
    {
        var store = await OpenAsync();
        var head = Head("a") with { Input = "1", Output = "2", CustomStatus = "3", Recent = "[]", Tags = new Dictionary<string, string> { ["k"] = "v" } };
        await AddAllAsync(store, [head]);

        var without = Assert.Single((await store.ListHeadsAsync(new HeadQuery(), Patient)).Heads);
        var with = Assert.Single((await store.ListHeadsAsync(new HeadQuery { WithPayloads = true }, Patient)).Heads);

        AssertSame(head with { Input = null, Output = null, CustomStatus = null, Recent = "" }, without);
        AssertSame(head, with);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(45)]
    public async Task A_history_is_read_in_order_and_whole_or_not_at_all(int rows)
    {
        var store = await OpenAsync();
        var history = Enumerable.Range(0, rows).Select(static row => new HistoryRow("a", 1, row, $"[{row}]", row % 3 == 0)).ToList();
        var fence = await TakeAsync(store, 1);
        StoreWrite[] others = [new StoreWrite.AddHistory(new HistoryRow("a", 2, 0, "no")), new StoreWrite.AddHistory(new HistoryRow("a", 10, 0, "no"))];
        await AppliedAsync(store, fence, [.. others, .. history.Select(static row => new StoreWrite.AddHistory(row))]);

        Assert.Equal(history, await store.ReadHistoryAsync("a", 1, rows, Patient));
        await Assert.ThrowsAsync<InvalidDataException>(() => store.ReadHistoryAsync("a", 1, rows + 1, Patient));
    }

    [Fact]
    public async Task Unfinished_heads_are_read_whole_from_all_buckets()
    {
        var store = await OpenAsync(4);
        var heads = Enum.GetValues<OrchestrationRuntimeStatus>()
            .Select(static status => Head($"id-{status}") with { Status = status, Input = "1", Recent = "[]", Output = "2" })
            .ToList();
        await AddAllAsync(store, heads);

        var found = (await store.ReadUnfinishedAsync(Patient)).Heads;

        var expected = heads.Where(static head => !head.HasEnded).OrderBy(static head => head.InstanceId, StringComparer.Ordinal).ToList();
        Assert.Equal(["ContinuedAsNew", "Pending", "Running", "Suspended"], expected.Select(static head => head.Status.ToString()));
        Assert.Equal(expected.Count, found.Count);
        foreach (var (head, read) in expected.Zip(found))
        {
            AssertSame(head, read);
        }
    }

    [Fact]
    public async Task Messages_and_outboxes_come_in_the_order_of_their_sequence_until_they_are_deleted()
    {
        var store = await OpenAsync();
        StoredMessage Message(string sequence) =>
            new("a", "run", sequence, new EventRaised(Noon.UtcDateTime, "e", $$"""{"n":"{{sequence}}"}"""));
        var outbox = new OutboxBatch("a", "7", [new OutboxMessage("b/1", "8", new ExecutionTerminated(Noon.UtcDateTime, "\"x\"", true))]);
        var fence = await AppliedAsync(
            store,
            await TakeAsync(store, 1),
            new StoreWrite.PutMessage(Message("3")),
            new StoreWrite.PutMessage(Message("1")),
            new StoreWrite.PutMessage(Message("2")),
            new StoreWrite.PutOutbox(outbox));

        var work = await store.ReadUnfinishedAsync(Patient);
        Assert.Equal([Message("1"), Message("2"), Message("3")], work.Messages);
        var read = Assert.Single(work.Outbox);
        Assert.Equal((outbox.SourceId, outbox.Sequence), (read.SourceId, read.Sequence));
        Assert.Equal(outbox.Messages, read.Messages);

        // Writing a message again changes nothing.
        fence = await AppliedAsync(store, fence, new StoreWrite.PutMessage(Message("2")));
        await AppliedAsync(store, fence, new StoreWrite.DeleteMessage("a", "1"), new StoreWrite.DeleteOutbox("a", "7"));

        work = await store.ReadUnfinishedAsync(Patient);
        Assert.Equal([Message("2"), Message("3")], work.Messages);
        Assert.Empty(work.Outbox);
    }

    [Fact]
    public async Task The_largest_unit_that_the_limits_allow_is_taken()
    {
        var store = await OpenAsync();
        var text = new string('"', StoreLimits.RowLength);
        List<StoreWrite> unit = [new StoreWrite.AddHead(Head("a") with { Input = new string('ß', StoreLimits.RowLength) })];
        while (Fits([.. unit, new StoreWrite.AddHistory(new HistoryRow("a", 0, unit.Count - 1, text))]))
        {
            unit.Add(new StoreWrite.AddHistory(new HistoryRow("a", 0, unit.Count - 1, text)));
        }

        await AppliedAsync(store, await TakeAsync(store, 1), [.. unit]);

        Assert.InRange(unit.Count, 2, 9);
        Assert.Equal(unit.Count - 1, (await store.ReadHistoryAsync("a", 0, unit.Count - 1, Patient)).Count(row => row.Text == text));
    }

    private static bool Fits(IReadOnlyList<StoreWrite> unit)
    {
        try
        {
            return StoreLimits.Measure(unit) > 0;
        }
        catch (StoreLimitException)
        {
            return false;
        }
    }

    private static InstanceHead Head(string id) =>
        new() { InstanceId = id, Name = "N", RunId = "run", CreatedAt = Noon, LastUpdatedAt = Noon };

    private static StoreWrite.AddHead Add(string id) => new(Head(id));

    private static void AssertSame(InstanceHead expected, InstanceHead? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Tags.OrderBy(static tag => tag.Key), actual.Tags.OrderBy(static tag => tag.Key));
        Assert.Equal(expected.Stale, actual.Stale);
        Assert.Equal(expected with { Tags = actual.Tags, Stale = actual.Stale }, actual);
    }

    private static async Task<IEnumerable<string>> IdsAsync(ITaskHubStore store, HeadQuery query) =>
        (await store.ListHeadsAsync(query, Patient)).Heads.Select(static head => head.InstanceId);

    private static async Task<BucketFence> TakeAsync(ITaskHubStore store, long token, int bucket = 0)
    {
        var taken = await store.TryTakeFenceAsync(await store.ReadFenceAsync(bucket, Patient), token, Patient);
        Assert.Equal(token, taken?.Token);
        return taken!;
    }

    private static async Task AddAllAsync(ITaskHubStore store, IReadOnlyList<InstanceHead> heads)
    {
        foreach (var bucket in heads.GroupBy(head => StoreKeys.BucketOf(head.InstanceId, store.BucketCount)))
        {
            await AppliedAsync(store, await TakeAsync(store, 1, bucket.Key), [.. bucket.Select(static head => new StoreWrite.AddHead(head))]);
        }
    }

    private static Task<CommitOutcome> CommitAsync(ITaskHubStore store, BucketFence fence, params StoreWrite[] unit) =>
        store.CommitAsync(fence, [unit], Patient);

    private static async Task<BucketFence> AppliedAsync(ITaskHubStore store, BucketFence fence, params StoreWrite[] unit) =>
        Assert.IsType<CommitOutcome.Applied>(await CommitAsync(store, fence, unit)).Fence;
}
