using System.Globalization;
using System.Text.RegularExpressions;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Reprocessing.Storage.Transfers;

namespace Reprocessing.Functions.Tests.Composition;

/// <summary>Tables and blobs in memory, behind the SDK's own clients: keys, ranges, ETags and the conditions that the stores ask for.</summary>
internal sealed class FakeStorage
{
    private readonly Dictionary<string, FakeTable> _tables = [];

    public FakeStorage()
    {
        var tables = new Mock<TableServiceClient>();
        tables.Setup(service => service.GetTableClient(It.IsAny<string>()))
            .Returns((string name) => _tables.TryGetValue(name, out var known) ? known : _tables[name] = new FakeTable(this));
        Tables = new(tables.Object, new StorageOptions { Shards = 1 });
        var container = new FakeContainer(this);
        Blobs = new(Mock.Of<BlobServiceClient>(service => service.GetBlobContainerClient("transfers") == container), new StorageOptions());
    }

    public StorageTables Tables { get; }

    public TransferBlobs Blobs { get; }

    /// <summary>By name, with the time of the last change.</summary>
    public Dictionary<string, DateTimeOffset> BlobNames { get; } = [];

    /// <summary>Blocks as text, in the order in which they came.</summary>
    public List<string> Staged { get; } = [];

    /// <summary>Instead of the answer to whatever tables are asked.</summary>
    public Exception? FailsWith { get; set; }

    public int Calls { get; set; }
}

internal sealed partial class FakeTable(FakeStorage storage) : TableClient
{
    private readonly SortedDictionary<string, TableEntity> _rows = new(StringComparer.Ordinal);
    private int _version;

    public override Task<NullableResponse<T>> GetEntityIfExistsAsync<T>(
        string partitionKey, string rowKey, IEnumerable<string> select = null!, CancellationToken cancellationToken = default)
    {
        Enter();
        return Task.FromResult(_rows.TryGetValue(KeyOf(partitionKey, rowKey), out var row)
            ? Response.FromValue((T)(object)Copy(row), Mock.Of<Response>())
            : Mock.Of<NullableResponse<T>>(response => !response.HasValue));
    }

    public override Azure.AsyncPageable<T> QueryAsync<T>(
        string filter = null!, int? maxPerPage = null, IEnumerable<string> select = null!, CancellationToken cancellationToken = default)
    {
        Enter();
        var found = _rows.Values.Where(row => Matches(row, filter)).Select(row => (T)(object)Copy(row)).ToList();
        return Azure.AsyncPageable<T>.FromPages([Azure.Page<T>.FromValues(found, null, Mock.Of<Response>())]);
    }

    public override Task<Response> AddEntityAsync<T>(T entity, CancellationToken cancellationToken = default)
    {
        Enter();
        return _rows.ContainsKey(KeyOf(entity.PartitionKey, entity.RowKey))
            ? throw new RequestFailedException(409, "It is there.")
            : Put((TableEntity)(object)entity);
    }

    public override Task<Response> UpsertEntityAsync<T>(
        T entity, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default)
    {
        Enter();
        return Put((TableEntity)(object)entity);
    }

    public override Task<Response> UpdateEntityAsync<T>(
        T entity, ETag ifMatch, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default)
    {
        Enter();
        return _rows[KeyOf(entity.PartitionKey, entity.RowKey)].ETag != ifMatch
            ? throw new RequestFailedException(412, "It is another.")
            : Put((TableEntity)(object)entity);
    }

    public override Task<Response> DeleteEntityAsync(
        string partitionKey, string rowKey, ETag ifMatch = default, CancellationToken cancellationToken = default)
    {
        Enter();
        _rows.Remove(KeyOf(partitionKey, rowKey));
        return Task.FromResult(Mock.Of<Response>());
    }

    public override async Task<Response<IReadOnlyList<Response>>> SubmitTransactionAsync(
        IEnumerable<TableTransactionAction> transactionActions, CancellationToken cancellationToken = default)
    {
        Enter();
        var actions = transactionActions.ToList();
        if (actions.Any(IsRefused))
        {
            throw new RequestFailedException(412, "Something is another.");
        }

        foreach (var action in actions)
        {
            _ = action.ActionType == TableTransactionActionType.Delete
                ? await DeleteEntityAsync(action.Entity.PartitionKey, action.Entity.RowKey, default, cancellationToken)
                : await Put((TableEntity)action.Entity);
        }

        return Mock.Of<Response<IReadOnlyList<Response>>>();
    }

    private bool IsRefused(TableTransactionAction action)
    {
        var stored = _rows.GetValueOrDefault(KeyOf(action.Entity.PartitionKey, action.Entity.RowKey));
        return action.ActionType switch
        {
            TableTransactionActionType.Add => stored is not null,
            TableTransactionActionType.UpsertReplace => false,
            _ => stored?.ETag != action.ETag,
        };
    }

    private static string KeyOf(string partitionKey, string rowKey) => $"{partitionKey}\n{rowKey}";

    private static TableEntity Copy(TableEntity row) => new(row) { ETag = row.ETag };

    private static bool Matches(TableEntity row, string filter) => Conditions().Matches(filter).All(condition =>
    {
        var asked = condition.Groups["value"].Value;
        var order = row[condition.Groups["column"].Value] switch
        {
            string text => string.CompareOrdinal(text, asked),
            var number => Convert.ToInt64(number, CultureInfo.InvariantCulture).CompareTo(long.Parse(asked, CultureInfo.InvariantCulture)),
        };
        return condition.Groups["operator"].Value switch
        {
            "eq" => order == 0,
            "ge" => order >= 0,
            "gt" => order > 0,
            "lt" => order < 0,
            var other => throw new NotSupportedException(other),
        };
    });

    private Task<Response> Put(TableEntity entity)
    {
        var row = new TableEntity(entity) { ETag = new($"{++_version}") };
        _rows[KeyOf(row.PartitionKey, row.RowKey)] = row;
        return Task.FromResult(Mock.Of<Response>());
    }

    private void Enter()
    {
        storage.Calls++;
        if (storage.FailsWith is { } failure)
        {
            throw failure;
        }
    }

    [GeneratedRegex("(?<column>\\w+) (?<operator>eq|ge|gt|lt) '?(?<value>[^' ]*)'?")]
    private static partial Regex Conditions();
}

internal sealed class FakeContainer(FakeStorage storage) : BlobContainerClient
{
    public override Azure.AsyncPageable<BlobItem> GetBlobsAsync(GetBlobsOptions options, CancellationToken cancellationToken = default) =>
        Azure.AsyncPageable<BlobItem>.FromPages(
        [
            Azure.Page<BlobItem>.FromValues(
                [.. storage.BlobNames.Where(blob => blob.Key.StartsWith(options.Prefix ?? "", StringComparison.Ordinal)).Select(Item)],
                null,
                Mock.Of<Response>()),
        ]);

    public override BlobClient GetBlobClient(string blobName)
    {
        var blob = new Mock<BlobClient>();
        blob.Setup(one => one.DeleteIfExistsAsync(It.IsAny<DeleteSnapshotsOption>(), It.IsAny<BlobRequestConditions>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(() => Response.FromValue(storage.BlobNames.Remove(blobName), Mock.Of<Response>()));
        return blob.Object;
    }

    protected override BlockBlobClient GetBlockBlobClientCore(string blobName)
    {
        var blob = new Mock<BlockBlobClient>();
        blob.Setup(one => one.StageBlockAsync(It.IsAny<string>(), It.IsAny<Stream>(), It.IsAny<BlockBlobStageBlockOptions>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((string _, Stream content, BlockBlobStageBlockOptions _, CancellationToken _) =>
            {
                using var reader = new StreamReader(content);
                storage.Staged.Add(reader.ReadToEnd());
                return Mock.Of<Response<BlockInfo>>();
            });
        return blob.Object;
    }

    private static BlobItem Item(KeyValuePair<string, DateTimeOffset> blob) => BlobsModelFactory.BlobItem(
        blob.Key, deleted: false, BlobsModelFactory.BlobItemProperties(accessTierInferred: false, lastModified: blob.Value));
}
