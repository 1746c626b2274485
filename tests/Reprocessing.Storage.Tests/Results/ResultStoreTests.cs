namespace Reprocessing.Storage.Tests.Results;

[Collection(AzuriteTests.Name)]
public sealed class ResultStoreTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Run_is_kept_from_its_first_slice_to_its_end()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var run = Run("run-1", ManualTime.Start, new(10, Succeeded: 10)) with { State = RunState.Running };
        await storage.Results.SaveAsync(run, None);
        var failed = run with
        {
            State = RunState.Failed,
            Result = run.Result.Add(new ItemTally(2, Failed: 2)).Complete(ManualTime.Start.AddMinutes(1), StopReason.QueryFailed),
            Error = "storage does not answer",
            Alerts = [new(AlertKind.Errors, 0.2, 0.05, "too many")],
        };

        await storage.Results.SaveAsync(failed, None);

        var stored = (await storage.Results.GetAsync("run-1", ManualTime.Start, None))!;
        Assert.Equal((RunState.Failed, "storage does not answer", failed.Result), (stored.State, stored.Error, stored.Result));
        Assert.Equal(failed.Alerts, stored.Alerts);
        Assert.Single((await storage.Results.ListAsync(10, null, None)).Items);
        Assert.Null(await storage.Results.GetAsync("run-2", ManualTime.Start, None));
    }

    [Fact]
    public async Task List_gives_the_newest_first_page_by_page()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        foreach (var number in Enumerable.Range(0, 7))
        {
            await storage.Results.SaveAsync(Run($"run-{number}", ManualTime.Start.AddMinutes(number), ItemTally.Zero), None);
        }

        List<string> ids = [];
        string? token = null;
        do
        {
            var page = await storage.Results.ListAsync(3, token, None);
            ids.AddRange(page.Items.Select(run => run.RunId));
            token = page.Next;
        }
        while (token is not null);

        Assert.Equal(["run-6", "run-5", "run-4", "run-3", "run-2", "run-1", "run-0"], ids);
    }

    [Fact]
    public async Task Summary_sums_by_utc_day_newest_first()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var today = new DateTimeOffset(2026, 8, 15, 0, 0, 0, TimeSpan.Zero);
        await storage.Results.SaveAsync(Run("a", today, new(10, 4, 3, 2, 1)), None);
        await storage.Results.SaveAsync(Run("b", today.AddHours(23), new(5, 5)), None);
        await storage.Results.SaveAsync(Run("c", today.AddTicks(-1), new(7, 7)), None);
        await storage.Results.SaveAsync(Run("d", today.AddDays(-2).AddTicks(-1), new(99, 99)), None);
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

    private static RunRecord Run(string runId, DateTimeOffset startedAt, ItemTally tally) =>
        new(runId, startedAt, "timer", 100, RunState.Completed, new ReprocessingResult(startedAt).Add(tally));
}
