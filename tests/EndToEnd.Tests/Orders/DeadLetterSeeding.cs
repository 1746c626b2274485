using System.Globalization;
using Reprocessing.Domain.Orders;
using Reprocessing.Storage.DeadLetters;
using Reprocessing.Storage.Rows;
using Reprocessing.Storage.Transactions;

namespace EndToEnd.Tests.Orders;

/// <summary>Dead letters without the runs and workflows that lead to them: 20,000 are there in seconds.</summary>
internal static class DeadLetterSeeding
{
    private const int ShardsAtOnce = 4;

    /// <summary>Alike but for their ids.</summary>
    public static async Task<IReadOnlyList<string>> SeedDeadLettersAsync(
        this OrdersOnStorage store, int count, string prefix = "dead", Func<SampleDeadLetter, SampleDeadLetter>? change = null)
    {
        var letters = Enumerable.Range(0, count)
            .Select(number => new SampleDeadLetter($"{prefix}-{number:D5}"))
            .Select(letter => change?.Invoke(letter) ?? letter)
            .ToList();
        await store.SeedDeadLettersAsync(letters);
        return letters.ConvertAll(letter => letter.OrderId);
    }

    public static async Task SeedDeadLettersAsync(this OrdersOnStorage store, IReadOnlyList<SampleDeadLetter> letters)
    {
        var now = store.Now;
        var shards = letters.GroupBy(letter => store.Tables.PartitionOf(letter.OrderId));
        await Parallel.ForEachAsync(shards, new ParallelOptions { MaxDegreeOfParallelism = ShardsAtOnce }, async (shard, cancellationToken) =>
        {
            List<TransactionUnit<string>> units = [.. shard.Select(letter => UnitOf(shard.Key, letter, now))];
            Assert.Empty(await UnitSubmitter.SubmitAsync(store.Tables.Orders, units, cancellationToken));
        });
        store.Remember(letters.Select(letter => letter.OrderId));
    }

    /// <summary>Nine groups of failures, and one letter in eight for the filter.</summary>
    public static SampleDeadLetter Varied(SampleDeadLetter letter)
    {
        var number = int.Parse(letter.OrderId.AsSpan(letter.OrderId.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture);
        return letter with
        {
            FailureStatus = number % 2 == 0 ? "pick_timeout" : "picking_failed",
            Reason = (number % 9) switch { 0 => "The shelf was empty.", 1 => "The picker is away.", 2 => "The lift is stuck.", _ => "The scanner is broken." },
            CustomerId = $"customer-{number % 50}",
            Retries = number % 4,
            Payload = new { customer = new { tier = number % 4 == 0 ? "gold" : "silver" }, note = new string('n', 400) },
        };
    }

    private static TransactionUnit<string> UnitOf(string partition, SampleDeadLetter letter, DateTimeOffset now)
    {
        var (order, told, entry) = letter.Live(now);
        var change = new OrderChange(partition, null, order, told, StorageJson.Write<OrderInput>(letter.Input));
        return new(letter.OrderId, [.. change.Actions(), new(Azure.Data.Tables.TableTransactionActionType.Add, DeadLetterRows.Write(partition, entry))]);
    }
}
