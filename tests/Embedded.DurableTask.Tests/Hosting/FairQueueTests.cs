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

    private static async Task<List<T>> TakeAsync<T>(FairQueue<T> queue, int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
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
