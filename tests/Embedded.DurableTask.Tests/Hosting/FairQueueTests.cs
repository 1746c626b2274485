using Embedded.DurableTask.Hosting;

namespace Embedded.DurableTask.Tests.Hosting;

public sealed class FairQueueTests
{
    [Fact]
    public async Task Lanes_are_served_in_turn_and_each_in_its_order()
    {
        var queue = new FairQueue<string>();
        foreach (var number in Enumerable.Range(0, 4))
        {
            queue.Add("many", $"many-{number}");
        }

        queue.Add("one", "one-0");

        Assert.Equal(["many-0", "one-0", "many-1", "many-2", "many-3"], await TakeAsync(queue, 5));
    }

    [Fact]
    public async Task Lane_that_was_empty_takes_its_turn_again()
    {
        var queue = new FairQueue<int>();
        queue.Add("a", 1);
        Assert.Equal([1], await TakeAsync(queue, 1));

        queue.Add("a", 2);
        queue.Add("b", 3);

        Assert.Equal([2, 3], await TakeAsync(queue, 2));
    }

    [Fact]
    public async Task Takers_at_once_get_every_item_once()
    {
        var queue = new FairQueue<int>();
        var takers = Enumerable.Range(0, 4).Select(_ => TakeAsync(queue, 250)).ToList();
        Parallel.For(0, 1_000, number => queue.Add($"lane-{number % 7}", number));

        var taken = (await Task.WhenAll(takers)).SelectMany(items => items);

        Assert.Equal(Enumerable.Range(0, 1_000), taken.Order());
    }

    [Fact]
    public async Task Lane_holds_no_more_than_its_share_and_goes_on_when_one_is_done()
    {
        var queue = new FairQueue<string>(maxAtOnce: 2);
        foreach (var number in Enumerable.Range(0, 4))
        {
            queue.Add("slow", $"slow-{number}");
        }

        Assert.Equal(["slow-0", "slow-1"], await TakeAsync(queue, 2));
        queue.Add("quick", "quick-0");
        Assert.Equal(["quick-0"], await TakeAsync(queue, 1));

        queue.Done("slow");
        Assert.Equal(["slow-2"], await TakeAsync(queue, 1));
        queue.Done("slow");
        Assert.Equal(["slow-3"], await TakeAsync(queue, 1));
    }

    [Fact]
    public async Task Takers_at_once_get_every_item_once_however_small_the_share()
    {
        var queue = new FairQueue<int>(maxAtOnce: 1);
        Parallel.For(0, 1_000, number => queue.Add($"lane-{number % 7}", number));
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var left = 1_000;
        var taken = new System.Collections.Concurrent.ConcurrentBag<int>();

        var takers = Enumerable.Range(0, 4).Select(async _ =>
        {
            await foreach (var item in queue.TakeAllAsync(limit.Token))
            {
                taken.Add(item);
                queue.Done($"lane-{item % 7}");
                if (Interlocked.Decrement(ref left) == 0)
                {
                    await limit.CancelAsync();
                }
            }
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(takers));

        Assert.Equal(Enumerable.Range(0, 1_000), taken.Order());
    }

    private static async Task<List<T>> TakeAsync<T>(FairQueue<T> queue, int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        List<T> taken = [];
        await foreach (var item in queue.TakeAllAsync(limit.Token))
        {
            taken.Add(item);
            if (taken.Count == count)
            {
                break;
            }
        }

        return taken;
    }
}
