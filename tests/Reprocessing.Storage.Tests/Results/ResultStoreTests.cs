namespace Reprocessing.Storage.Tests.Results;

[Collection(AzuriteTests.Name)]
public sealed class ResultStoreTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Run_is_kept_from_its_beginning_to_its_end()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var run = await AddAsync(storage, ManualTime.Start, ItemTally.Zero);
        var result = new ReprocessingResult(ManualTime.Start).Add(new ItemTally(2, Failed: 2)).Complete(ManualTime.Start.AddMinutes(1), StopReason.QueryFailed);

        await storage.Jobs.EditAsync(
            run.JobId,
            stored => stored with
            {
                State = JobState.Failed,
                Run = stored.Run! with { Result = result, Error = "storage does not answer", Alerts = [new(AlertKind.Errors, Holds: true, 0.2, 0.05, "too many")] },
            },
            None);

        var stored = (await storage.Jobs.GetAsync(run.JobId, None))!;
        Assert.Equal((JobState.Failed, "storage does not answer", result), (stored.State, stored.Run!.Error, stored.Run.Result));
        Assert.Equal(AlertKind.Errors, Assert.Single(stored.Run.Alerts).Kind);
        Assert.Equal(stored.Run.Result, Assert.Single((await storage.Results.ListAsync(10, null, None)).Items).Run!.Result);
        Assert.Null(await storage.Jobs.GetAsync(SampleJobs.RunId(1), None));
    }

    [Fact]
    public async Task List_gives_the_newest_first_page_by_page()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        foreach (var number in Enumerable.Range(0, 7))
        {
            await AddAsync(storage, ManualTime.Start.AddSeconds(number), ItemTally.Zero);
        }

        List<string> ids = [];
        string? token = null;
        do
        {
            var page = await storage.Results.ListAsync(3, token, None);
            ids.AddRange(page.Items.Select(run => run.JobId));
            token = page.Next;
        }
        while (token is not null);

        Assert.Equal(Enumerable.Range(0, 7).Reverse().Select(SampleJobs.RunId), ids);
    }

    [Fact]
    public async Task Summary_sums_by_utc_day_newest_first()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var today = new DateTimeOffset(2026, 8, 15, 0, 0, 0, TimeSpan.Zero);
        await AddAsync(storage, today, new(10, 0, 3, 2, 1, 4));
        await AddAsync(storage, today.AddHours(23), new(5, Started: 5));
        await AddAsync(storage, today.AddMilliseconds(-1), new(7, Started: 7));
        await AddAsync(storage, today.AddDays(-2).AddMilliseconds(-1), new(99, Started: 99));
        await storage.Results.SaveSkippedTickAsync(new(today.AddHours(1), TickSkipReason.AlreadyRunning), None);
        await storage.Results.SaveSkippedTickAsync(new(today.AddHours(1), TickSkipReason.AlreadyRunning), None);
        await storage.Results.SaveSkippedTickAsync(new(today.AddHours(2), TickSkipReason.AlreadyRunning), None);
        await storage.Results.SaveSkippedTickAsync(new(today.AddDays(-2), TickSkipReason.Disabled), None);

        var days = await storage.Results.SummariseAsync(today.AddHours(23), 3, None);

        Assert.Equal(
            ["08/15/2026 2 15 9 3 2 1 already_running=2", "08/14/2026 1 7 7 0 0 0 ", "08/13/2026 0 0 0 0 0 0 disabled=1"],
            days.Select(day => FormattableString.Invariant(
                $"{day.Day} {day.Runs} {day.FoundCount} {day.RestartedCount} {day.DlqCount} {day.ErrorCount} {day.SkippedCount} {string.Join(',', day.SkippedTicks.Select(tick => $"{tick.Key}={tick.Value}"))}")));
        Assert.Equal(new DateOnly(2026, 8, 15), Assert.Single(await storage.Results.SummariseAsync(today, 1, None)).Day);
    }

    [Fact]
    public async Task History_has_the_last_count_of_each_hour()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var history = new StatisticsHistory(storage.Tables);
        var now = new DateTimeOffset(2026, 8, 15, 12, 30, 0, TimeSpan.Zero);
        await history.SaveAsync(Count(now.AddHours(-25), open: 9), None);
        await history.SaveAsync(Count(now.AddHours(-2).AddMinutes(-20), open: 1), None);
        await history.SaveAsync(Count(now.AddHours(-2), open: 3), None);
        await history.SaveAsync(Count(now, open: 0), None);

        var points = await history.ReadAsync(now.AddHours(-2), None);
        var groups = await history.ReadGroupsAsync(now, None);

        Assert.Equal([(new DateTimeOffset(2026, 8, 15, 10, 0, 0, TimeSpan.Zero), 3, 2), (now.AddMinutes(-30), 0, 2)], points.Select(point => (point.Hour, point.UnresolvedCount, point.FailingCount)));
        Assert.Equal(now.AddHours(-3), points[0].OldestUnresolved);
        Assert.Equal([.. Enumerable.Repeat(0, 21), 5, 5, 2], groups("f1"));
        Assert.All(groups("f2"), count => Assert.Equal(0, count));

        static DeadLetterCount Count(DateTimeOffset at, int open) => new(
            new()
            {
                TotalEntries = 10,
                UnresolvedCount = open,
                ByFailureStatus = new Dictionary<string, int>(),
                ByErrorType = new Dictionary<string, int>(),
                ByResolution = new Dictionary<string, int>(),
                AverageRetries = 0,
                OldestUnresolved = open == 0 ? null : at.AddHours(-1),
                AsOf = at,
            },
            new()
            {
                FailingCount = 2,
                DueCount = 1,
                PermanentCount = 0,
                ByFailureStatus = new Dictionary<string, int>(),
                ByErrorType = new Dictionary<string, int>(),
                AsOf = at,
            },
            new Dictionary<string, FailureGroupCount>
            {
                ["f1"] = new("f1", ErrorType.Timeout, "pick_timeout", "slow", "A1") { FailingCount = 2, Count = open, OpenCount = open, FirstSeen = at, LastSeen = at },
            },
            new Dictionary<DeadLetterKind, int>());
    }

    private static Task<JobRecord> AddAsync(TestStorage storage, DateTimeOffset startedAt, ItemTally tally)
    {
        var (runId, at) = RunIds.At(startedAt.UtcDateTime);
        return storage.Jobs.CreateRunAsync(
            SampleJobs.Run(runId) with { Tally = tally, Run = new("timer", 100, new ReprocessingResult(at).Add(tally)) }, None);
    }
}
