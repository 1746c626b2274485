using Reprocessing.Storage.Resets;

namespace Reprocessing.Storage.Tests.Resets;

[Collection(AzuriteTests.Name)]
public sealed class ResetStoreTests(AzuriteFixture azurite)
{
    private const string JobId = "job-1";
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly ResetStep First = new("loyalty-C|1", ResetStage.Begun, "Loyalty", ManualTime.Start) { Input = "{\"a\":1}" };

    [Fact]
    public async Task A_step_is_read_as_it_was_written_and_by_its_own_job_only()
    {
        var store = await CreateAsync();

        var first = await store.WriteAsync(JobId, null, First, None);
        await store.WriteAsync(JobId, first, First with { Stage = ResetStage.Started, NewCreatedAt = ManualTime.Start.AddSeconds(1) }, None);

        var read = await store.ReadAsync(JobId, First.InstanceId, None);
        Assert.Equal(First with { Stage = ResetStage.Started, NewCreatedAt = ManualTime.Start.AddSeconds(1) }, read!.Step);
        Assert.Null(await store.ReadAsync("job-2", First.InstanceId, None));
        Assert.Null(await store.ReadAsync(JobId, "loyalty-C", None));
    }

    [Fact]
    public async Task Whoever_writes_later_on_an_older_step_stops()
    {
        var store = await CreateAsync();
        var first = await store.WriteAsync(JobId, null, First, None);
        await store.WriteAsync(JobId, first, First with { Sent = 5 }, None);

        await Assert.ThrowsAsync<PreconditionFailedException>(() => store.WriteAsync(JobId, first, First with { Sent = 3 }, None));
        await Assert.ThrowsAsync<PreconditionFailedException>(() => store.WriteAsync(JobId, null, First, None));
        Assert.Equal(5, (await store.ReadAsync(JobId, First.InstanceId, None))!.Step.Sent);
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(1, 10)]
    [InlineData(1_001, 10)]
    [InlineData(7, 90_000)]
    public async Task Events_of_any_number_and_size_come_back_in_their_order(int count, int length)
    {
        var store = await CreateAsync();
        var events = Enumerable.Range(0, count).Select(number => new CapturedEvent($"e{number}", $"\"{new string('é', length)}{number}\"")).ToList();

        var captured = await store.CaptureAsync(JobId, null, First, events, None);

        Assert.Equal((count, 1), (captured.Step.Events, captured.Step.Capture));
        Assert.Equal(events, await store.ReadEventsAsync(JobId, captured.Step, None));
    }

    [Fact]
    public async Task What_is_not_done_is_found_until_it_is()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var store = new ResetStore(storage.Tables, storage.Time);
        var other = First with { InstanceId = "loyalty-%!" };
        await store.OpenJobAsync(JobId, None);
        await store.OpenJobAsync(JobId, None);
        var first = await store.CaptureAsync(JobId, null, First, [new("a"), new("b")], None);
        await store.WriteAsync(JobId, null, other, None);
        storage.Time.Now += TimeSpan.FromMinutes(5);
        first = await store.WriteAsync(JobId, first, first.Step with { Stage = ResetStage.Captured }, None);

        Assert.Equal([JobId], await store.ListOpenJobsAsync(10, None));
        Assert.Equal([other.InstanceId, First.InstanceId], await store.ListUnfinishedAsync(JobId, null, None));
        Assert.Equal([other.InstanceId], await store.ListUnfinishedAsync(JobId, storage.Time.Now, None));
        await store.WriteAsync(JobId, first, first.Step with { Stage = ResetStage.Done }, None);
        Assert.Equal([other.InstanceId], await store.ListUnfinishedAsync(JobId, null, None));
        Assert.Empty(await store.ListUnfinishedAsync("job-2", null, None));

        await store.CloseJobAsync(JobId, None);
        await store.CloseJobAsync(JobId, None);
        Assert.Empty(await store.ListOpenJobsAsync(10, None));
    }

    [Theory]
    [InlineData((int)FaultMode.CrashAfter)]
    [InlineData((int)FaultMode.AnswerLost)]
    public async Task An_end_whose_answer_is_lost_is_an_end(int mode)
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var store = new ResetStore(storage.Tables, storage.Time);
        var first = await store.WriteAsync(JobId, null, First, None);
        storage.Faults.Spoil(1, (FaultMode)mode);

        await Record.ExceptionAsync(() => store.WriteAsync(JobId, first, First with { Stage = ResetStage.Done }, None));

        storage.Faults.Reset();
        Assert.Equal(ResetStage.Done, (await store.ReadAsync(JobId, First.InstanceId, None))!.Step.Stage);
        Assert.Empty(await store.ListUnfinishedAsync(JobId, null, None));
    }

    [Fact]
    public async Task A_second_capture_takes_the_place_of_the_first()
    {
        var store = await CreateAsync();
        var first = await store.CaptureAsync(JobId, null, First, [new("a"), new("b"), new("c")], None);

        var second = await store.CaptureAsync(JobId, first, first.Step with { Stage = ResetStage.Captured }, [new("d", "1")], None);

        Assert.Equal([new("d", "1")], await store.ReadEventsAsync(JobId, second.Step, None));
        Assert.Equal([new("a"), new("b"), new("c")], await store.ReadEventsAsync(JobId, first.Step, None));
    }

    private async Task<ResetStore> CreateAsync()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        return new(storage.Tables, storage.Time);
    }
}
