using Microsoft.Extensions.Logging.Abstractions;
using Reprocessing.Domain.Notifications;
using Reprocessing.Storage.Notices;

namespace Reprocessing.Storage.Tests.Notices;

[Collection(AzuriteTests.Name)]
public sealed class PendingNoticesTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_notice_is_kept_once_until_it_is_removed_and_comes_back_as_it_was()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var pending = Pending(storage);
        var notice = Of(1);

        await pending.AddAsync([notice], None);
        await pending.AddAsync([notice], None);
        var kept = await pending.ListAsync(100, null, None);
        await pending.RemoveAsync(notice, None);
        await pending.RemoveAsync(notice, None);

        Assert.Equal(notice, Assert.Single(kept.Items));
        Assert.Empty((await pending.ListAsync(100, null, None)).Items);
        Assert.DoesNotContain(await storage.RowsAsync(), row => row.RowKey[0] == RowKeys.NoticeIndex);
    }

    [Fact]
    public async Task Notices_of_all_shards_are_listed_oldest_first_in_pages()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var pending = Pending(storage);
        Notification[] notices = [.. Enumerable.Range(0, 25).Select(Of)];
        await pending.AddAsync([.. notices.Reverse()], None);

        List<Notification> listed = [];
        string? token = null;
        do
        {
            var page = await pending.ListAsync(10, token, None);
            listed.AddRange(page.Items);
            token = page.Next;
        }
        while (token is not null);

        Assert.Equal(notices, listed);
    }

    [Fact]
    public async Task A_notice_that_cannot_be_read_does_not_hold_up_the_others()
    {
        var storage = await TestStorage.CreateAsync(azurite, shards: 1);
        var pending = Pending(storage);
        await pending.AddAsync([Of(0), Of(1), Of(2)], None);
        await storage.Tables.Orders.UpdateEntityAsync(new TableEntity("s00", NoticeRows.Key(Of(1))) { [OrderRows.Data] = "{" }, ETag.All);

        var page = await pending.ListAsync(100, null, None);

        Assert.Equal([Of(0), Of(2)], page.Items);
    }

    [Fact]
    public async Task A_notice_can_be_part_of_the_transaction_that_it_tells_of()
    {
        var storage = await TestStorage.CreateAsync(azurite, shards: 1);
        var row = new TableEntity("s00", "o|other");

        await storage.Tables.Orders.SubmitTransactionAsync([new(TableTransactionActionType.Add, row), NoticeRows.Action("s00", Of(1))]);

        Assert.Equal(Of(1), Assert.Single((await Pending(storage).ListAsync(100, null, None)).Items));
    }

    private static PendingNotices Pending(TestStorage storage) => new(storage.Tables, NullLogger<PendingNotices>.Instance);

    private static Notification Of(int number) =>
        Notification.Of($"run-{number:D2}", new Alert(AlertKind.Backlog, 101, 100, "too many"), ManualTime.Start.AddSeconds(number));
}
