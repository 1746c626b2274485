namespace Reprocessing.Storage.Tests.DeadLetters;

[Collection(AzuriteTests.Name)]
public sealed class DeadLetterStoreTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task List_gives_the_newest_first_page_by_page()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        List<string> moved = [];
        for (var run = 0; run < 12; run++)
        {
            await storage.AddFailedAsync(1, first: run);
            await storage.RunAsync(TestStorage.Rule($"run-{run}", maxRetries: 0));
            moved.Insert(0, TestStorage.OrderId(run));
            storage.Time.Advance(TimeSpan.FromSeconds(1));
        }

        List<string> listed = [];
        string? token = null;
        do
        {
            var page = await storage.DeadLetters.ListAsync(new(), 5, token, None);
            Assert.InRange(page.Items.Count, 1, 5);
            listed.AddRange(page.Items.Select(entry => entry.OrderId));
            token = page.Next;
        }
        while (token is not null);

        Assert.Equal(moved, listed);
    }

    [Fact]
    public async Task Get_of_an_order_that_is_no_dead_letter_is_null()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.AddFailedAsync(1);

        Assert.Null(await storage.DeadLetters.GetAsync("ORD-00000", None));
        Assert.Null(await storage.DeadLetters.GetAsync("ORD-99999", None));
        Assert.Empty((await storage.DeadLetters.ListAsync(new(), 5, null, None)).Items);
        await Assert.ThrowsAsync<FormatException>(() => storage.DeadLetters.ListAsync(new(), 5, "nonsense", None));
    }
}
