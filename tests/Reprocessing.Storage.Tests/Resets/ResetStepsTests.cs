using Azurite.Testing;
using Reprocessing.Storage.Jobs;
using Reprocessing.Storage.Resets;
using Reprocessing.Storage.Tests.Testing;

namespace Reprocessing.Storage.Tests.Resets;

[Collection(AzuriteTests.Name)]
public sealed class ResetStepsTests(AzuriteFixture azurite)
{
    private const string JobId = "job-1";
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly ResetStep First = new("loyalty-C|1", ResetStage.Begun, "Loyalty", ManualTime.Start) { Input = "{\"a\":1}" };

    [Fact]
    public async Task A_step_is_read_as_it_was_written_and_by_its_own_job_only()
    {
        var steps = new ResetSteps((await TestStorage.CreateAsync(azurite)).Tables);

        var first = await steps.WriteAsync(JobId, null, First, None);
        await steps.WriteAsync(JobId, first, First with { Stage = ResetStage.Started, NewCreatedAt = ManualTime.Start.AddSeconds(1) }, None);

        var read = await steps.ReadAsync(JobId, First.InstanceId, None);
        Assert.Equal(First with { Stage = ResetStage.Started, NewCreatedAt = ManualTime.Start.AddSeconds(1) }, read!.Step);
        Assert.Null(await steps.ReadAsync("job-2", First.InstanceId, None));
        Assert.Null(await steps.ReadAsync(JobId, "loyalty-C", None));
    }

    [Fact]
    public async Task Whoever_writes_later_on_an_older_step_stops()
    {
        var steps = new ResetSteps((await TestStorage.CreateAsync(azurite)).Tables);
        var first = await steps.WriteAsync(JobId, null, First, None);
        await steps.WriteAsync(JobId, first, First with { Sent = 5 }, None);

        await Assert.ThrowsAsync<PreconditionFailedException>(() => steps.WriteAsync(JobId, first, First with { Sent = 3 }, None));
        await Assert.ThrowsAsync<PreconditionFailedException>(() => steps.WriteAsync(JobId, null, First, None));
        Assert.Equal(5, (await steps.ReadAsync(JobId, First.InstanceId, None))!.Step.Sent);
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(1, 10)]
    [InlineData(1_001, 10)]
    [InlineData(7, 90_000)]
    public async Task Events_of_any_number_and_size_come_back_in_their_order(int count, int length)
    {
        var steps = new ResetSteps((await TestStorage.CreateAsync(azurite)).Tables);
        var events = Enumerable.Range(0, count).Select(number => new CapturedEvent($"e{number}", $"\"{new string('é', length)}{number}\"")).ToList();

        var captured = await steps.CaptureAsync(JobId, null, First, events, None);

        Assert.Equal((count, 1), (captured.Step.Events, captured.Step.Capture));
        Assert.Equal(events, await steps.ReadEventsAsync(JobId, captured.Step, None));
    }

    [Fact]
    public async Task A_second_capture_takes_the_place_of_the_first()
    {
        var steps = new ResetSteps((await TestStorage.CreateAsync(azurite)).Tables);
        var first = await steps.CaptureAsync(JobId, null, First, [new("a"), new("b"), new("c")], None);

        var second = await steps.CaptureAsync(JobId, first, first.Step with { Stage = ResetStage.Captured }, [new("d", "1")], None);

        Assert.Equal([new("d", "1")], await steps.ReadEventsAsync(JobId, second.Step, None));
        Assert.Equal([new("a"), new("b"), new("c")], await steps.ReadEventsAsync(JobId, first.Step, None));
    }
}
