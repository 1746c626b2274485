using Reprocessing.Storage.Audit;

namespace Reprocessing.Storage.Tests.Audit;

[Collection(AzuriteTests.Name)]
public sealed class AuditLogTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Events_come_newest_first_over_days_page_by_page()
    {
        var (_, log) = await CreateAsync();
        foreach (var hours in new[] { 0, 30, 1, -26, 55 })
        {
            await log.AddAsync(Event($"e{hours}", hours), None);
        }

        List<string> pages = [];
        string? token = null;
        do
        {
            var page = await log.ListAsync(new(), 2, token, None);
            pages.Add(string.Join(' ', page.Items.Select(told => told.EventId)));
            token = page.Next;
        }
        while (token is not null);

        Assert.Equal(["e55 e30", "e1 e0", "e-26"], pages);
        await Assert.ThrowsAsync<FormatException>(() => log.ListAsync(new(), 2, "d|x", None));
    }

    [Fact]
    public async Task Same_event_id_is_one_event_as_it_was_told_first()
    {
        var (_, log) = await CreateAsync();

        await log.AddAsync(Event("e1", 0), None);
        await log.AddAsync(Event("e1", 30) with { Reason = "again" }, None);
        await log.AddAsync(Event("e1", 0) with { Reason = "again" }, None);

        var told = Assert.Single((await log.ListAsync(new(), 10, null, None)).Items);
        Assert.Equal((ManualTime.Start, "asked", "parallelism 5 to 10"), (told.At, told.Reason, told.Detail));
    }

    /// <summary>The service has no literal for them and refuses the query.</summary>
    [Fact]
    public async Task Times_before_1601_are_asked_for_as_the_first_that_a_table_knows()
    {
        var (_, log) = await CreateAsync();
        await log.AddAsync(Event("e1", 0), None);

        Assert.Single((await log.ListAsync(new(From: DateTimeOffset.MinValue), 10, null, None)).Items);
        Assert.Empty((await log.ListAsync(new(To: DateTimeOffset.MinValue), 10, null, None)).Items);
        Assert.Contains("At ge datetime'1601-01-01T00:00:00", AuditRows.Filter(new(From: DateTimeOffset.MinValue), null), StringComparison.Ordinal);
        Assert.Contains("At lt datetime'1601-01-01T00:00:00", AuditRows.Filter(new(To: DateTimeOffset.MinValue), null), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_are_told_by_a_call_a_hundred_of_a_day_and_told_again_they_are_the_same()
    {
        var (storage, log) = await CreateAsync();
        List<AuditEvent> told = [.. Enumerable.Range(0, 150).Select(number => Event($"e{number}", number < 120 ? 0 : 30))];
        storage.Faults.Reset();

        await log.AddAllAsync(told, None);
        Assert.Equal(3, storage.Faults.Calls);
        await log.AddAllAsync(told, None);
        await log.AddAllAsync([told[0], told[0]], None);

        var listed = (await log.ListAsync(new(), 1_000, null, None)).Items;
        Assert.Equal(150, listed.Count);
        Assert.Equal(told.OrderBy(one => one.EventId), listed.OrderBy(one => one.EventId));
    }

    [Fact]
    public async Task Each_filter_narrows_and_all_together_too()
    {
        var (_, log) = await CreateAsync();
        await log.AddAsync(Event("e1", 0), None);
        await log.AddAsync(Event("e2", 1) with { Actor = "o'neill" }, None);
        await log.AddAsync(Event("e3", 2) with { Action = "job.resumed" }, None);
        await log.AddAsync(Event("e4", 30) with { Target = "job-k2" }, None);

        Assert.Equal("e2", await IdsAsync(log, new(Actor: "o'neill")));
        Assert.Equal("e3", await IdsAsync(log, new(Action: "job.resumed")));
        Assert.Equal("e4", await IdsAsync(log, new(Target: "job-k2")));
        Assert.Equal("e1", await IdsAsync(log, new("ann", "job.paused", "job-k1", ManualTime.Start.AddHours(-1), ManualTime.Start.AddHours(3))));
        Assert.Equal(string.Empty, await IdsAsync(log, new(Actor: "nobody")));
    }

    [Fact]
    public async Task From_counts_and_to_does_not()
    {
        var (_, log) = await CreateAsync();
        foreach (var hours in new[] { -48, 0, 1, 2, 48 })
        {
            await log.AddAsync(Event($"e{hours}", hours), None);
        }

        Assert.Equal("e1 e0", await IdsAsync(log, new(From: ManualTime.Start, To: ManualTime.Start.AddHours(2))));
        Assert.Equal("e48 e2", await IdsAsync(log, new(From: ManualTime.Start.AddHours(2).ToOffset(TimeSpan.FromHours(9)))));
        Assert.Equal("e-48", await IdsAsync(log, new(To: ManualTime.Start)));
    }

    [Fact]
    public async Task Range_of_a_day_reads_that_day_alone()
    {
        var (storage, log) = await CreateAsync();
        foreach (var day in Enumerable.Range(0, 40))
        {
            await log.AddAsync(Event($"e{day}", day * 24), None);
        }

        storage.Faults.Reset();
        Assert.Equal("e7", await IdsAsync(log, new(From: ManualTime.Start.AddDays(7), To: ManualTime.Start.AddDays(7.1))));
        Assert.Equal(1, storage.Faults.Calls);
    }

    [Fact]
    public async Task Telling_survives_a_crash_at_every_call()
    {
        foreach (var mode in Enum.GetValues<FaultMode>())
        {
            for (var call = 1; call <= 2; call++)
            {
                var (storage, log) = await CreateAsync();
                storage.Faults.Spoil(call, mode);
                try
                {
                    await log.AddAsync(Event("e1", 0), None);
                }
                catch (CrashException)
                {
                    Assert.NotEqual(FaultMode.AnswerLost, mode);
                }

                Assert.True(storage.Faults.HasStruck);
                storage.Faults.Reset();
                await log.AddAsync(Event("e1", 30), None);

                // Only when nothing was heard of it is the second the first.
                var isFirst = (call, mode) == (1, FaultMode.CrashBefore);
                var told = Assert.Single((await log.ListAsync(new(), 10, null, None)).Items);
                Assert.Equal(ManualTime.Start.AddHours(isFirst ? 30 : 0), told.At);
            }
        }
    }

    private async Task<(TestStorage Storage, AuditLog Log)> CreateAsync()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        return (storage, new(storage.Tables));
    }

    private static AuditEvent Event(string id, int hours) => new(id, ManualTime.Start.AddHours(hours), "ann", "job.paused", "job-k1")
    {
        Reason = "asked",
        Detail = "parallelism 5 to 10",
    };

    private static async Task<string> IdsAsync(AuditLog log, AuditQuery query) =>
        string.Join(' ', (await log.ListAsync(query, 100, null, None)).Items.Select(told => told.EventId));
}
