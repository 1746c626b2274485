using System.ComponentModel.DataAnnotations;

namespace Reprocessing.Storage;

/// <summary>The tables and the way from an order id to its partition.</summary>
public sealed class StorageTables(TableServiceClient service, StorageOptions options)
{
    private const string SettingsPartition = "settings";
    private const string ShardsRow = "shards";

    internal TableClient Orders { get; } = service.GetTableClient(options.TablePrefix + "Orders");

    internal TableClient Results { get; } = service.GetTableClient(options.TablePrefix + "ReprocessingResults");

    /// <summary>Plans, jobs, their items and what became of them.</summary>
    internal TableClient Jobs { get; } = service.GetTableClient(options.TablePrefix + "Jobs");

    internal TableClient Audit { get; } = service.GetTableClient(options.TablePrefix + "Audit");

    internal TableClient FailureGroups { get; } = service.GetTableClient(options.TablePrefix + "FailureGroups");

    internal TableClient Workflows { get; } = service.GetTableClient(options.TablePrefix + "Workflows");

    /// <summary>Imports and exports with their pages.</summary>
    internal TableClient Imports { get; } = service.GetTableClient(options.TablePrefix + "Imports");

    internal IReadOnlyList<string> Partitions { get; } =
        [.. Enumerable.Range(0, options.Shards).Select(shard => string.Create(CultureInfo.InvariantCulture, $"s{shard:D2}"))];

    internal string PartitionOf(string orderId) => Partitions[(int)(StableHash.Of(orderId) % (ulong)Partitions.Count)];

    /// <summary>The same range of keys in every shard.</summary>
    internal IReadOnlyList<KeyRange> Ranges(char index, string? after = null, string? before = null, string? condition = null) =>
        Ranges(new(string.Empty, $"{index}|", after, before, condition));

    internal IReadOnlyList<KeyRange> Ranges(KeyRange range) => [.. Partitions.Select(partition => range with { Partition = partition })];

    /// <summary>Makes what is missing and checks the number of shards; several hosts may do it at once.</summary>
    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        TableClient[] all = [Orders, Results, Jobs, Audit, FailureGroups, Workflows, Imports];
        await Task.WhenAll(all.Select(table => table.CreateIfNotExistsAsync(cancellationToken)));

        // What the first host has written counts.
        await Orders.TryAddAsync(new(SettingsPartition, ShardsRow) { ["Count"] = Partitions.Count }, cancellationToken);
        var recorded = (await Orders.FindAsync(SettingsPartition, ShardsRow, cancellationToken))?.GetInt32("Count")
            ?? throw new InvalidOperationException($"Table {Orders.Name} does not say how many shards it has.");
        if (recorded != Partitions.Count)
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"Table {Orders.Name} spreads its orders over {recorded} shards, but the settings say {Partitions.Count}. Set them to {recorded}, or use another table prefix."));
        }
    }
}

public sealed class StorageOptions
{
    /// <summary>Put before each table name and, in lower case, before the container of imports and exports, so that several apps or tests share an account.</summary>
    [RegularExpression("^([A-Za-z][A-Za-z0-9]{0,39})?$", ErrorMessage = "TablePrefix must be empty or up to 40 letters and digits that begin with a letter.")]
    public string TablePrefix { get; set; } = string.Empty;

    /// <summary>Partitions that the orders are spread over. Recorded with the first start and never changed.</summary>
    [Range(1, 100)]
    public int Shards { get; set; } = 16;

    /// <summary>Of one try of one call, of which three are made.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan StorageTimeout { get; set; } = TimeSpan.FromSeconds(10);
}

/// <param name="Next">Opaque; hand it back for the page that follows, and none but such a one (else <see cref="FormatException"/>). Null on the last page.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

public static class Pages
{
    public static async IAsyncEnumerable<T> ReadAllAsync<T>(Func<string?, Task<Page<T>?>> read, int maxPages = int.MaxValue)
    {
        var token = default(string);
        for (var number = 1; number == 1 || (token is not null && number <= maxPages); number++)
        {
            var page = await read(token);
            foreach (var item in page?.Items ?? [])
            {
                yield return item;
            }

            token = page?.Next;
        }
    }
}
