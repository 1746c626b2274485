using Embedded.DurableTask.Hosting;
using Embedded.DurableTask.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace Embedded.DurableTask.Tests.Hosting;

public sealed class GroupCommitterTests
{
    private readonly GatedStore _store = new();

    [Fact]
    public async Task An_idle_bucket_commits_at_once_and_a_busy_one_gathers()
    {
        var (committer, _) = await StartAsync();

        var first = committer.CommitAsync([Add("first")]);
        await _store.CalledAsync(1);
        var others = Enumerable.Range(0, 250).Select(number => committer.CommitAsync([Add($"i{number:D3}")])).ToList();
        _store.Open();
        await Task.WhenAll(others);

        Assert.True(first.IsCompletedSuccessfully);
        Assert.Equal([1, 99, 99, 52], _store.BatchSizes);
    }

    [Fact]
    public async Task A_refused_unit_alone_gets_its_refusal()
    {
        _store.Open();
        var (committer, _) = await StartAsync();
        Assert.Null(await committer.CommitAsync([Add("taken")]));

        _store.Shut();
        var before = committer.CommitAsync([Add("x")]);
        await _store.CalledAsync(2);
        var answers = new[] { "a", "taken", "b" }.Select(id => committer.CommitAsync([Add(id)])).ToList();
        _store.Open();
        var refusals = await Task.WhenAll(answers);

        Assert.Null(await before);
        Assert.Equal([null, RefusalReason.AlreadyExists, null], refusals.Select(static refused => refused?.Reason));
        Assert.NotNull(await _store.ReadHeadAsync("a", default));
        Assert.NotNull(await _store.ReadHeadAsync("b", default));
    }

    [Fact]
    public async Task Changes_of_one_row_go_in_separate_transactions_in_their_order()
    {
        var (committer, _) = await StartAsync();
        var first = committer.CommitAsync([Add("other")]);
        await _store.CalledAsync(1);

        var added = committer.CommitAsync([Add("a")]);
        var merged = committer.CommitAsync([new StoreWrite.MergeHead(Head("a") with { Output = "1" }, HeadParts.State)]);
        var later = committer.CommitAsync([Add("b")]);
        _store.Open();
        await Task.WhenAll(first, added, merged, later);

        Assert.Equal([1, 1, 2], _store.BatchSizes);
        Assert.Equal("1", (await _store.ReadHeadAsync("a", default))?.Output);
    }

    [Fact]
    public async Task A_unit_that_fits_into_no_transaction_is_refused_before_anything_is_sent()
    {
        _store.Open();
        var (committer, _) = await StartAsync();
        var rows = Enumerable.Range(0, 100).Select(static row => new StoreWrite.AddHistory(new HistoryRow("a", 0, row, "[]"))).ToList();

        await Assert.ThrowsAsync<StoreLimitException>(() => committer.CommitAsync(rows));

        Assert.Empty(_store.BatchSizes);
    }

    [Fact]
    public async Task Who_lost_the_bucket_fails_everything_that_waits()
    {
        var (committer, lost) = await StartAsync();
        var first = committer.CommitAsync([Add("a")]);
        await _store.CalledAsync(1);
        var second = committer.CommitAsync([Add("b")]);

        await _store.TryTakeFenceAsync(await _store.ReadFenceAsync(0, default), 2, default);
        _store.Open();

        Assert.Equal(TaskHubError.Unavailable, (await Assert.ThrowsAsync<TaskHubException>(() => first)).Error);
        await Assert.ThrowsAsync<TaskHubException>(() => second);
        await Assert.ThrowsAsync<TaskHubException>(() => committer.CommitAsync([Add("c")]));
        Assert.True(lost.Task.IsCompleted);
        Assert.Null(await _store.ReadHeadAsync("a", default));
    }

    [Fact]
    public async Task Completing_commits_what_was_given()
    {
        var (committer, _) = await StartAsync();
        var first = committer.CommitAsync([Add("a")]);
        await _store.CalledAsync(1);
        var second = committer.CommitAsync([Add("b")]);

        committer.Complete();
        _store.Open();

        Assert.Null(await first);
        Assert.Null(await second);
        await Assert.ThrowsAsync<TaskHubException>(() => committer.CommitAsync([Add("c")]));
    }

    private static InstanceHead Head(string id) => new() { InstanceId = id, Name = "N", RunId = "r" };

    private static StoreWrite.AddHead Add(string id) => new(Head(id));

    private async Task<(GroupCommitter Committer, TaskCompletionSource Lost)> StartAsync()
    {
        var fence = await _store.TryTakeFenceAsync(await _store.ReadFenceAsync(0, default), 1, default);
        var lost = new TaskCompletionSource();
        var committer = new GroupCommitter(
            _store, fence!, TimeProvider.System, NullLogger.Instance, () => lost.TrySetResult(), CancellationToken.None);
        _ = Task.Run(committer.RunAsync);
        return (committer, lost);
    }
}
