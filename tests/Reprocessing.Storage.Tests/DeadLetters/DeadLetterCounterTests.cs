using Reprocessing.Storage.Transactions;
using static Reprocessing.Storage.Tests.DeadLetters.DeadLetterBench;

namespace Reprocessing.Storage.Tests.DeadLetters;

[Collection(AzuriteTests.Name)]
public sealed class DeadLetterCounterTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task An_empty_queue_counts_to_nothing()
    {
        var storage = await TestStorage.CreateAsync(azurite);

        var count = await storage.Counter.CountAsync(None);

        Assert.Equal((0, 0, 0, 0d), Totals(count.Statistics));
        Assert.Null(count.Statistics.OldestUnresolved);
        Assert.Equal(ManualTime.Start, count.Statistics.AsOf);
        Assert.Empty(count.Groups);
        Assert.Empty(await storage.RowsAsync(storage.Tables.FailureGroups));
    }

    [Fact]
    public async Task Every_entry_is_counted_once_by_status_error_type_and_resolution()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.AddDeadAsync(6);
        storage.Time.Advance(TimeSpan.FromMinutes(1));
        await storage.AddDeadAsync(3, first: 6, status: "pick_timeout");
        await storage.RequeueAsync(await storage.ItemsAsync([TestStorage.OrderId(0), TestStorage.OrderId(1)]));
        var escalated = await storage.ItemsAsync([TestStorage.OrderId(6)]);
        await storage.Commands.HandleAsync(new ResolveCommand(JobAct("job-2"), DeadLetterResolution.Escalated), escalated, None);

        var count = await storage.Counter.CountAsync(None);

        Assert.Equal((9, 6, 3, 0d), Totals(count.Statistics));
        Assert.Equal([("picking_failed", 6), ("pick_timeout", 3)], Told(count.Statistics.ByFailureStatus));
        Assert.Equal([("command_failure", 6), ("timeout", 3)], Told(count.Statistics.ByErrorType));
        Assert.Equal([("manual_retry", 2), ("escalated", 1)], Told(count.Statistics.ByResolution));
        Assert.Equal(ManualTime.Start, count.Statistics.OldestUnresolved);
        Assert.Equal(4, count.Depth[new(true, ErrorType.CommandFailure)]);
        Assert.Equal(1, count.Depth[new(false, ErrorType.Timeout)]);
        var group = count.Groups[(await storage.EntryAsync(TestStorage.OrderId(7))).Fingerprint];
        Assert.Equal(("pick_timeout", 3, 2, "no picker", TestStorage.OrderId(6)), (group.FailureStatus, group.Count, group.OpenCount, group.SampleReason, group.SampleOrderId));
        Assert.Equal(ManualTime.Start.AddMinutes(1), group.FirstSeen);
    }

    [Fact]
    public async Task Failing_orders_are_counted_by_when_they_are_due_and_belong_to_the_group_of_the_dead_letters_that_failed_so()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.AddDeadAsync(2);
        await storage.AddFailedAsync(3, first: 10);
        await storage.AddFailedAsync(1, first: 20, status: "validation_failed");
        var waiting = new NewOrder(TestStorage.Input("later"))
        {
            Failure = new(TestStorage.Report("later", status: "pick_timeout"), RetryStrategy.Parse(new() { Strategy = "fixed", BaseDelay = TimeSpan.FromHours(2) })),
        };
        await storage.Orders.CreateAsync(waiting, None);

        var count = await storage.Counter.CountAsync(None);
        var (failing, letter) = (count.Failing, await storage.EntryAsync(TestStorage.OrderId(0)));
        var group = (await storage.Groups.GetAsync(letter.Fingerprint, None))!.Group;
        var groups = await storage.Groups.ListAsync(null, 10, null, None);

        Assert.Equal((5, 3, 1, 1), (failing.FailingCount, failing.DueCount, failing.WaitingCount, failing.PermanentCount));
        Assert.Equal([("picking_failed", 3), ("pick_timeout", 1), ("validation_failed", 1)], Told(failing.ByFailureStatus));
        Assert.Equal([("command_failure", 3), ("timeout", 1), ("validation", 1)], Told(failing.ByErrorType));
        Assert.Equal((ManualTime.Start.AddHours(-1), ManualTime.Start.AddMinutes(-10).AddHours(2)), (failing.OldestFailedAt, failing.NextDueAt));
        Assert.Equal((3, 2, 2, FailureGroupState.New), (group.FailingCount, group.OpenCount, group.Count, group.State));
        Assert.Equal([5, 1, 1], groups.Items.Select(one => one.OpenCount + one.FailingCount));
        // Orders that fail and are restarted come and go: only what has been a dead letter is remembered.
        Assert.Single(await storage.RowsAsync(storage.Tables.FailureGroups));
    }

    [Fact]
    public async Task A_kind_that_was_resolved_and_fails_again_has_come_back_before_it_is_a_dead_letter()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var ids = await storage.AddDeadAsync(1);
        var fingerprint = (await storage.EntryAsync(ids[0])).Fingerprint;
        var escalated = await storage.ItemsAsync(ids);
        await storage.Commands.HandleAsync(new ResolveCommand(JobAct("job-1"), DeadLetterResolution.Escalated), escalated, None);
        await storage.Counter.CountAsync(None);
        storage.Time.Advance(TimeSpan.FromHours(2));
        var failed = new NewOrder(TestStorage.Input("again"))
        {
            Failure = new(TestStorage.Report("again", failedAt: storage.Time.Now), RetryStrategy.Immediate),
        };
        await storage.Orders.CreateAsync(failed, None);

        var group = (await storage.Groups.GetAsync(fingerprint, None))!.Group;

        Assert.Equal((FailureGroupState.Regressed, 1, 0), (group.State, group.FailingCount, group.OpenCount));
    }

    [Fact]
    public async Task Rows_of_the_first_schema_are_counted_from_their_entries()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var ids = await storage.AddDeadAsync(8);
        foreach (var id in ids.Take(5))
        {
            await AgeAsync(storage, id, retries: 4);
        }

        var count = await storage.NewCounter().CountAsync(None);

        Assert.Equal((8, 8, 0, 2.5), Totals(count.Statistics));
        Assert.Equal("no picker", Assert.Single(count.Groups).Value.SampleReason);
    }

    [Fact]
    public async Task An_entry_that_cannot_be_read_is_counted_by_its_columns()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var ids = await storage.AddDeadAsync(2);
        await AgeAsync(storage, ids[0], retries: 4, data: "{ nonsense");

        var count = await storage.Counter.CountAsync(None);

        Assert.Equal((2, 2, 0, 0d), Totals(count.Statistics));
        Assert.Equal([("picking_failed", 2)], Told(count.Statistics.ByFailureStatus));
    }

    [Fact]
    public async Task A_count_is_kept_for_a_moment_and_taken_once_for_all_who_ask_meanwhile()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.AddDeadAsync(3);
        storage.Faults.Reset();

        var counts = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => storage.Counter.CountAsync(None)));
        var calls = storage.Faults.Calls;
        await storage.AddDeadAsync(1, first: 3);
        var kept = await storage.Counter.CountAsync(None);
        storage.Time.Advance(TimeSpan.FromSeconds(2));
        var fresh = await storage.Counter.CountAsync(None);

        Assert.Single(counts.Distinct());
        Assert.InRange(calls, 1, (3 * storage.Tables.Partitions.Count) + 3);
        Assert.Same(counts[0], kept);
        Assert.Equal(4, fresh.Statistics.TotalEntries);
        Assert.Equal(ManualTime.Start.AddSeconds(2), fresh.Statistics.AsOf);
    }

    [Fact]
    public async Task A_count_that_failed_is_not_kept()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.AddDeadAsync(1);
        storage.Faults.Spoil(1, FaultMode.CrashBefore);

        await Assert.ThrowsAsync<CrashException>(() => storage.Counter.CountAsync(None));

        Assert.Equal(1, (await storage.Counter.CountAsync(None)).Statistics.TotalEntries);
    }

    [Fact]
    public async Task Who_stops_waiting_does_not_end_the_count_of_others()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.AddDeadAsync(1);
        using var gone = new CancellationTokenSource();

        var first = storage.Counter.CountAsync(gone.Token);
        var second = storage.Counter.CountAsync(None);
        await gone.CancelAsync();

        Assert.Equal(1, (await second).Statistics.TotalEntries);
        try
        {
            Assert.Equal(1, (await first).Statistics.TotalEntries);
        }
        catch (OperationCanceledException)
        {
            Assert.True(gone.IsCancellationRequested);
        }
    }

    [Fact]
    public async Task Five_thousand_entries_of_many_kinds_are_counted_exactly()
    {
        const int Entries = 5_000, Kinds = 7, Older = 1_200;
        var storage = await TestStorage.CreateAsync(azurite);
        var template = await TemplateAsync(storage);
        foreach (var shard in Enumerable.Range(0, Entries).GroupBy(number => storage.Tables.PartitionOf(TestStorage.OrderId(number))))
        {
            var units = shard.Select(number => new TransactionUnit<int>(number, [new(TableTransactionActionType.UpsertReplace, Row(shard.Key, number))]));
            Assert.Empty(await UnitSubmitter.SubmitAsync(storage.Tables.Orders, [.. units], None));
        }

        var count = await storage.NewCounter().CountAsync(None);

        var resolved = Enumerable.Range(0, Entries).Count(IsResolved);
        Assert.Equal((Entries, Entries - resolved, resolved, 2d), Totals(count.Statistics));
        Assert.Equal([("cancelled", resolved)], Told(count.Statistics.ByResolution));
        Assert.Equal(Kinds, count.Groups.Count);
        foreach (var (fingerprint, group) in count.Groups)
        {
            var mine = Enumerable.Range(0, Entries).Where(number => Kind(number) == fingerprint).ToList();
            Assert.Equal((mine.Count, mine.Count(number => !IsResolved(number))), (group.Count, group.OpenCount));
            Assert.Equal((MovedAt(mine[0]), MovedAt(mine[^1])), (group.FirstSeen, group.LastSeen));
            Assert.Equal((TestStorage.OrderId(mine[^1]), $"reason {mine[^1]}"), (group.SampleOrderId, group.SampleReason));
        }

        TableEntity Row(string partition, int number)
        {
            var row = DeadLetterRows.Write(partition, template with
            {
                OrderId = TestStorage.OrderId(number),
                Fingerprint = Kind(number),
                FinalFailureReason = $"reason {number}",
                TotalRetryAttempts = 2,
                MovedToQueueAt = MovedAt(number),
                Resolution = IsResolved(number) ? DeadLetterResolution.Cancelled : null,
            });
            return number < Older ? Old(row) : row;
        }

        static bool IsResolved(int number) => number % 5 == 0;
        static string Kind(int number) => $"kind{number % Kinds}";
        static DateTimeOffset MovedAt(int number) => ManualTime.Start.AddSeconds(number - Entries);
    }

    [Fact]
    public async Task A_page_of_new_rows_is_read_without_their_entries()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.AddDeadAsync(4);
        List<TableEntity> rows = [];

        await foreach (var row in storage.Tables.Orders.QueryAsync<TableEntity>(
            "RowKey ge 'x|' and RowKey lt 'x}'", select: DeadLetterTally.Columns))
        {
            rows.Add(row);
        }

        Assert.Equal(4, rows.Count);
        Assert.All(rows, row => Assert.False(row.ContainsKey(OrderRows.Data)));
    }

    private static async Task<DeadLetterEntry> TemplateAsync(TestStorage storage)
    {
        var ids = await storage.AddDeadAsync(1, first: 90_000);
        var entry = await storage.EntryAsync(ids[0]);
        await storage.Tables.Orders.DeleteEntityAsync(storage.Tables.PartitionOf(ids[0]), DeadLetterRows.KeyOf(entry));
        return entry;
    }

    /// <summary>Writes the entry's row as the first schema had it.</summary>
    private static async Task AgeAsync(TestStorage storage, string orderId, int retries, string? data = null)
    {
        var row = Old(DeadLetterRows.Write(storage.Tables.PartitionOf(orderId), (await storage.EntryAsync(orderId)) with { TotalRetryAttempts = retries }));
        row[OrderRows.Data] = data ?? row[OrderRows.Data];
        await storage.Tables.Orders.UpsertEntityAsync(row, TableUpdateMode.Replace);
    }

    private static TableEntity Old(TableEntity row)
    {
        row.Remove(DeadLetterRows.Schema);
        row.Remove(DeadLetterRows.Retries);
        row.Remove(DeadLetterRows.Reason);
        return row;
    }

    private static (int Total, int Open, int Resolved, double Retries) Totals(DeadLetterStatistics statistics) =>
        (statistics.TotalEntries, statistics.UnresolvedCount, statistics.ResolvedCount, statistics.AverageRetries);

    private static IEnumerable<(string, int)> Told(IReadOnlyDictionary<string, int> counts) => counts.Select(pair => (pair.Key, pair.Value));
}
