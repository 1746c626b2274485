namespace Reprocessing.Storage.Tests.Jobs;

[Collection(AzuriteTests.Name)]
public sealed class RequestKeysTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Key_belongs_to_the_request_that_came_first()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var keys = new RequestKeys(storage.Tables, storage.Time);

        var bound = await Task.WhenAll(Enumerable.Range(0, 6).Select(number => keys.BindAsync("jobs", "key/#?\"'", $"hash-{number}", $"job-{number}", None)));

        Assert.Single(bound.Distinct());
    }

    [Fact]
    public async Task Same_key_of_another_route_and_other_letters_are_other_keys()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var keys = new RequestKeys(storage.Tables, storage.Time);

        Assert.Equal(new("h", "job-1"), await keys.BindAsync("jobs", "a", "h", "job-1", None));
        Assert.Equal(new("h", "plan-1"), await keys.BindAsync("plans", "a", "h", "plan-1", None));
        Assert.Equal(new("h", "job-2"), await keys.BindAsync("jobs", "A", "h", "job-2", None));
        Assert.Equal(new("h", "plan-1"), await keys.FindAsync("plans", "a", None));
        Assert.Null(await keys.FindAsync("plans", "A", None));
    }

    [Theory]
    [InlineData(FaultMode.CrashBefore)]
    [InlineData(FaultMode.CrashAfter)]
    [InlineData(FaultMode.AnswerLost)]
    internal async Task Binding_survives(FaultMode mode)
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var keys = new RequestKeys(storage.Tables, storage.Time);
        storage.Faults.Spoil(1, mode);
        try
        {
            Assert.Equal("job-1", (await keys.BindAsync("jobs", "a", "h", "job-1", None)).ResourceId);
        }
        catch (CrashException)
        {
            Assert.NotEqual(FaultMode.AnswerLost, mode);
        }

        Assert.Equal(mode == FaultMode.CrashBefore ? "job-2" : "job-1", (await keys.BindAsync("jobs", "a", "h", "job-2", None)).ResourceId);
    }
}
