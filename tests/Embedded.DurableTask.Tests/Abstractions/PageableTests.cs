using Microsoft.DurableTask;

namespace Embedded.DurableTask.Tests.Abstractions;

public sealed class PageableTests
{
    [Fact]
    public async Task Pages_are_fetched_until_there_is_no_continuation()
    {
        var pageable = Pageable.Create<int>((continuation, size, _) =>
        {
            var start = continuation is null ? 0 : int.Parse(continuation, null);
            var next = start + (size ?? 2);
            return Task.FromResult(new Page<int>([.. Enumerable.Range(start, next - start)], next < 6 ? $"{next}" : null));
        });

        Assert.Equal([0, 1, 2, 3, 4, 5], await pageable.ToListAsync());
        Assert.Equal([3, 3], await pageable.AsPages(pageSizeHint: 3).Select(static page => page.Values.Count).ToListAsync());
        Assert.Equal([4, 5], await pageable.AsPages("4").SelectMany(static page => page.Values).ToListAsync());
    }

    [Fact]
    public async Task A_cancelled_token_reaches_the_page_function()
    {
        var pageable = Pageable.Create<int>(static (_, cancellation) =>
        {
            cancellation.ThrowIfCancellationRequested();
            return Task.FromResult(new Page<int>([1]));
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await pageable.ToListAsync(new CancellationToken(canceled: true)));
    }
}
