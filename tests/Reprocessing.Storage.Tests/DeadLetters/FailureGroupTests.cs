using Reprocessing.Storage.Tests.Crashes;
using static Reprocessing.Storage.Tests.DeadLetters.DeadLetterBench;

namespace Reprocessing.Storage.Tests.DeadLetters;

[Collection(AzuriteTests.Name)]
public sealed class FailureGroupTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_group_goes_from_new_over_ongoing_to_resolved_and_regresses()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var ids = await storage.AddDeadAsync(3);
        Assert.Equal((FailureGroupState.New, 3, 3), Told(await OnlyAsync(storage)));

        storage.Time.Advance(TimeSpan.FromHours(24));
        Assert.Equal((FailureGroupState.Ongoing, 3, 3), Told(await OnlyAsync(storage)));

        await storage.RequeueAsync(await storage.ItemsAsync(ids));
        storage.Time.Advance(TimeSpan.FromHours(1));
        var resolved = await OnlyAsync(storage);
        Assert.Equal((FailureGroupState.Resolved, 3, 0), Told(resolved));
        Assert.Equal(storage.Time.Now, resolved.ResolvedAt);

        storage.Time.Advance(TimeSpan.FromHours(1));
        await FailForGoodAsync(storage, ids[0]);
        storage.Time.Advance(TimeSpan.FromHours(1));
        var regressed = await OnlyAsync(storage);
        Assert.Equal((FailureGroupState.Regressed, 3, 1), Told(regressed));
        Assert.Equal(KeyValuePair.Create(FailureGroupState.Regressed, 1), Assert.Single((await storage.Counter.CountAsync(None)).GroupStates));
        Assert.Equal(resolved.ResolvedAt, regressed.ResolvedAt);
        Assert.Equal(ManualTime.Start, regressed.FirstSeen);
        Assert.Equal(ids[0], regressed.SampleOrderId);
    }

    [Fact]
    public async Task What_is_known_of_a_group_survives_the_purge_of_its_entries()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var ids = await storage.AddDeadAsync(2);
        await OnlyAsync(storage);
        storage.Time.Advance(TimeSpan.FromDays(3));
        Assert.All(
            await storage.Commands.HandleAsync(new PurgeCommand(Job, Force: true), await storage.ItemsAsync(ids), None),
            item => Assert.Equal(Domain.Jobs.ItemState.Succeeded, item.Result.State));

        var purged = await OnlyAsync(storage);
        await storage.AddDeadAsync(1, first: 2);
        storage.Time.Advance(TimeSpan.FromMinutes(1));
        var again = await OnlyAsync(storage);

        Assert.Equal((FailureGroupState.Resolved, 0, 0), Told(purged));
        Assert.Equal("no picker", purged.SampleReason);
        Assert.Equal(ManualTime.Start, again.FirstSeen);
        Assert.Equal(1, again.Count);
    }

    [Fact]
    public async Task An_archived_group_stays_so_until_it_is_opened()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.AddDeadAsync(1);
        var fingerprint = (await OnlyAsync(storage)).Fingerprint;

        var archived = await EditAsync(storage, fingerprint, new(true, "the carrier knows", "ada"));
        storage.Time.Advance(TimeSpan.FromHours(1));
        await storage.AddDeadAsync(1, first: 1);
        var still = await OnlyAsync(storage);
        var opened = await EditAsync(storage, fingerprint, new(false, null, "bob"));

        Assert.Equal(("the carrier knows", "ada", ManualTime.Start), (archived.Group.Note, archived.Group.ArchivedBy, archived.Group.ArchivedAt));
        Assert.Equal((FailureGroupState.Archived, 2, 2), Told(still));
        Assert.Equal(FailureGroupState.New, opened.Group.State);
        Assert.Null(opened.Group.ArchivedBy);
        Assert.Equal((2, false, "bob"), (opened.Edit!.Version, opened.Edit.IsArchived, opened.Edit.By));
        Assert.NotEqual(archived.Tag, opened.Tag);
    }

    [Fact]
    public async Task An_edit_of_what_was_not_read_is_refused_and_one_that_changes_nothing_is_not_written()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.AddDeadAsync(1);
        var fingerprint = (await OnlyAsync(storage)).Fingerprint;
        var archived = await EditAsync(storage, fingerprint, new(true, null, "ada"));

        var again = await storage.Groups.EditAsync(fingerprint, new(true, null, "bob"), _ => false, None);
        await Assert.ThrowsAsync<PreconditionFailedException>(() =>
            storage.Groups.EditAsync(fingerprint, new(false, null, "bob"), tag => tag != archived.Tag, None));

        Assert.Equal((archived.Tag, "ada"), (again!.Tag, again.Edit!.By));
        Assert.Equal(FailureGroupState.Archived, (await storage.Groups.GetAsync(fingerprint, None))!.Group.State);
        Assert.Null(await storage.Groups.GetAsync("0123456789abcdef", None));
        Assert.Null(await storage.Groups.EditAsync("0123456789abcdef", new(true, null, "ada"), _ => true, None));
    }

    [Fact]
    public async Task Groups_are_listed_by_open_entries_page_by_page_and_by_state()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.AddDeadAsync(1);
        await storage.AddDeadAsync(3, first: 1, status: "pick_timeout");
        await storage.AddDeadAsync(2, first: 4, status: "packing_failed");
        var done = await storage.AddDeadAsync(1, first: 6, status: "shipping_failed");
        await storage.RequeueAsync(await storage.ItemsAsync(done));

        List<string> listed = [];
        string? token = null;
        do
        {
            var page = await storage.Groups.ListAsync(null, 1, token, None);
            listed.Add(Assert.Single(page.Items).FailureStatus);
            token = page.Next;
        }
        while (token is not null);

        Assert.Equal(["pick_timeout", "packing_failed", "picking_failed", "shipping_failed"], listed);
        Assert.Equal("shipping_failed", Assert.Single((await storage.Groups.ListAsync(FailureGroupState.Resolved, 5, null, None)).Items).FailureStatus);
        Assert.Equal(3, (await storage.Groups.ListAsync(FailureGroupState.New, 5, null, None)).Items.Count);
        await Assert.ThrowsAsync<FormatException>(() => storage.Groups.ListAsync(null, 5, "nonsense", None));
    }

    [Fact]
    public async Task A_count_that_finds_nothing_new_writes_nothing()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.AddDeadAsync(2);
        await storage.NewCounter().CountAsync(None);
        var rows = await storage.RowsAsync(storage.Tables.FailureGroups);

        storage.Time.Advance(TimeSpan.FromMinutes(1));
        await storage.NewCounter().CountAsync(None);

        Assert.Equal(rows.Select(row => row.ETag), (await storage.RowsAsync(storage.Tables.FailureGroups)).Select(row => row.ETag));
    }

    [Fact]
    public async Task Two_hosts_that_count_at_once_leave_the_marks_of_one()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.AddDeadAsync(2);
        await storage.AddDeadAsync(2, first: 2, status: "pick_timeout");

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => storage.NewCounter().CountAsync(None)));

        Assert.Equal(2, (await storage.RowsAsync(storage.Tables.FailureGroups)).Count);
    }

    [Fact]
    public Task Counting_survives() => CrashHarness.SurvivesAsync(
        azurite,
        async storage =>
        {
            var ids = await storage.AddDeadAsync(3);
            await storage.AddDeadAsync(2, first: 3, status: "pick_timeout");
            await storage.RequeueAsync(await storage.ItemsAsync(ids));
        },
        async storage =>
        {
            await storage.NewCounter().CountAsync(None);
            return await storage.DumpAsync(storage.Tables.FailureGroups);
        });

    [Fact]
    public Task Archiving_survives() => CrashHarness.SurvivesAsync(
        azurite,
        storage => storage.AddDeadAsync(1),
        async storage =>
        {
            var fingerprint = (await storage.EntryAsync(TestStorage.OrderId(0))).Fingerprint;
            var edited = await storage.Groups.EditAsync(fingerprint, new(true, "known", "ada"), _ => true, None);
            return $"{edited!.Group.State} {edited.Edit} {await storage.DumpAsync(storage.Tables.FailureGroups)}";
        });

    private static async Task FailForGoodAsync(TestStorage storage, string orderId)
    {
        await storage.FailAgainAsync(orderId);
        Assert.Equal(
            Domain.Jobs.ItemState.Failed,
            Assert.Single(await storage.Commands.HandleAsync(new AbandonCommand(Job), [new(orderId, string.Empty)], None)).Result.State);
    }

    private static async Task<FailureGroup> OnlyAsync(TestStorage storage)
    {
        // The count that is kept may be from before the last step.
        var groups = new FailureGroupStore(storage.NewCounter(), storage.Marks, storage.Time);
        return Assert.Single((await groups.ListAsync(null, 10, null, None)).Items);
    }

    private static async Task<FoundFailureGroup> EditAsync(TestStorage storage, string fingerprint, FailureGroupDemand demand) =>
        await storage.Groups.EditAsync(fingerprint, demand, _ => true, None) ?? throw new InvalidOperationException($"No group {fingerprint}.");

    private static (FailureGroupState State, int Count, int Open) Told(FailureGroup group) => (group.State, group.Count, group.OpenCount);
}
