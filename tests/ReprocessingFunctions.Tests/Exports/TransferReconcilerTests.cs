using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Reprocessing.Domain.Exports;
using Reprocessing.Domain.Imports;
using Reprocessing.Storage.Transfers;
using ReprocessingFunctions.Transfers;

namespace ReprocessingFunctions.Tests.Exports;

public sealed class TransferReconcilerTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<string, ExportRecord> _exports = [];
    private readonly Dictionary<string, ImportRecord> _imports = [];
    private readonly Dictionary<string, DateTimeOffset> _blobs = [];
    private readonly List<string> _closed = [];
    private readonly FakeEngine _engine = new();

    [Fact]
    public async Task Content_whose_time_is_over_is_deleted_and_no_other()
    {
        Put("over", TransferState.Completed, keptUntil: Now);
        Put("cut-off", TransferState.Failed, keptUntil: Now.AddHours(-1));
        Put("kept", TransferState.CompletedWithSkips, keptUntil: Now.AddSeconds(1));
        PutImport("ended", TransferState.CompletedWithRejects, TimeSpan.FromMinutes(2), keptUntil: Now.AddMinutes(-1));

        await ReconcileAsync();

        Assert.Equal(["over", "cut-off", "ended"], _closed);
        Assert.Equal(["ended/rejected-0000001", "kept/content/file"], _blobs.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_export_that_was_stored_and_not_started_is_started()
    {
        Put("waiting", TransferState.Pending);
        Put("being-started", TransferState.Pending, age: TimeSpan.FromSeconds(10));

        await ReconcileAsync();

        Assert.Equal([(nameof(ExportOrchestrator), "waiting")], _engine.Started.Select(start => (start.Name, start.Id)));
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Terminated, TransferState.Canceled)]
    [InlineData(OrchestrationRuntimeStatus.Failed, TransferState.Failed)]
    public async Task What_was_ended_from_outside_is_ended_and_keeps_no_content(OrchestrationRuntimeStatus status, TransferState state)
    {
        Put("broken", TransferState.Running);
        Put("running", TransferState.Running);
        PutImport("broken-import", TransferState.Running, TimeSpan.FromMinutes(2));
        _engine.Put("broken", status);
        _engine.Put("broken-import", status);
        _engine.Put("running", OrchestrationRuntimeStatus.Running);

        await ReconcileAsync();

        Assert.Equal((state, Now), (_exports["broken"].State, _exports["broken"].EndedAt));
        Assert.Equal((state, Now), (_imports["broken-import"].State, _imports["broken-import"].EndedAt));
        Assert.Equal(["broken", "broken-import"], _closed);
        Assert.Equal(TransferState.Running, _exports["running"].State);
    }

    [Theory]
    [InlineData(TransferState.Receiving)]
    [InlineData(TransferState.Pending)]
    public async Task An_import_whose_request_was_cut_off_long_ago_is_ended(TransferState state)
    {
        PutImport("cut-off", state, TimeSpan.FromMinutes(61));
        PutImport("under-way", state, TimeSpan.FromMinutes(59));
        PutImport("started", state, TimeSpan.FromMinutes(61));
        _engine.Put("started", OrchestrationRuntimeStatus.Pending);

        await ReconcileAsync();

        Assert.Equal((TransferState.Failed, "The request was cut off before the import was started."), (_imports["cut-off"].State, _imports["cut-off"].Error));
        Assert.Equal((state, state), (_imports["under-way"].State, _imports["started"].State));
        Assert.Equal(["cut-off"], _closed);
        Assert.DoesNotContain("cut-off/content/file", _blobs.Keys);
    }

    [Fact]
    public async Task Content_that_belongs_to_nothing_open_is_deleted_after_a_day()
    {
        Put("open", TransferState.Completed, keptUntil: Now.AddDays(3));
        _blobs["open/content/file"] = Now.AddDays(-2);
        _blobs["gone/content/lookups-0000001"] = Now.AddDays(-2);
        _blobs["gone/rejected-0000001"] = Now.AddDays(-2);
        _blobs["late/content/upload"] = Now.AddHours(-23);

        await Create().CleanTransferContent(new(), default);

        Assert.Equal(["gone/rejected-0000001", "late/content/upload", "open/content/file"], _blobs.Keys.Order(StringComparer.Ordinal));
    }

    private Task ReconcileAsync() => Create().ReconcileTransfers(new(), _engine.Client, default);

    private TransferReconciler Create()
    {
        var (exports, imports) = (Store(_exports), Store(_imports));
        var time = Mock.Of<TimeProvider>(clock => clock.GetUtcNow() == Now);
        var blobs = new TransferBlobs(FakeBlobs(), new StorageOptions());
        return new(
            imports,
            exports,
            new(imports, blobs, time),
            new(exports, blobs, time),
            new(exports, Mock.Of<IRequestKeys>(), Options.Create(new ExportOptions()), NullLogger<ExportStarter>.Instance),
            blobs,
            time,
            NullLogger<TransferReconciler>.Instance);
    }

    private ITransferStore<T> Store<T>(Dictionary<string, T> stored)
        where T : TransferRecord, ITransferKind
    {
        var store = new Mock<ITransferStore<T>>();
        store.Setup(one => one.ListOpenAsync(It.IsAny<CancellationToken>())).Returns(() => stored.Values.ToList().ToAsyncEnumerable());
        store.Setup(one => one.EditAsync(It.IsAny<string>(), It.IsAny<Func<T, T?>>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((string id, Func<T, T?> edit, CancellationToken _) => stored[id] = edit(stored[id]) ?? stored[id]);
        store.Setup(one => one.CloseAsync(It.IsAny<T>(), It.IsAny<CancellationToken>()))
            .Returns(Task.CompletedTask).Callback((T record, CancellationToken _) => _closed.Add(record.Id));
        return store.Object;
    }

    private BlobServiceClient FakeBlobs()
    {
        var container = new Mock<BlobContainerClient>();
        container.Setup(blobs => blobs.GetBlobsAsync(It.IsAny<GetBlobsOptions>(), It.IsAny<CancellationToken>()))
            .Returns((GetBlobsOptions options, CancellationToken _) => Azure.AsyncPageable<BlobItem>.FromPages(
                [Azure.Page<BlobItem>.FromValues([.. _blobs.Where(blob => blob.Key.StartsWith(options.Prefix ?? "", StringComparison.Ordinal)).Select(Item)], null, Mock.Of<Response>())]));
        container.Setup(blobs => blobs.GetBlobClient(It.IsAny<string>())).Returns((string name) =>
        {
            var blob = new Mock<BlobClient>();
            blob.Setup(one => one.DeleteIfExistsAsync(It.IsAny<DeleteSnapshotsOption>(), It.IsAny<BlobRequestConditions>(), It.IsAny<CancellationToken>()))
                .ReturnsAsync(() => Response.FromValue(_blobs.Remove(name), Mock.Of<Response>()));
            return blob.Object;
        });
        return Mock.Of<BlobServiceClient>(service => service.GetBlobContainerClient("transfers") == container.Object);
    }

    private static BlobItem Item(KeyValuePair<string, DateTimeOffset> blob) => BlobsModelFactory.BlobItem(
        blob.Key, deleted: false, BlobsModelFactory.BlobItemProperties(accessTierInferred: false, lastModified: blob.Value));

    private void Put(string id, TransferState state, DateTimeOffset? keptUntil = null, TimeSpan? age = null)
    {
        _blobs[$"{id}/content/file"] = Now;
        _exports[id] = new()
        {
            Id = id,
            State = state,
            What = ExportSubject.Orders,
            Format = ImportFormat.Csv,
            RequestedBy = "ops",
            CreatedAt = Now - (age ?? TimeSpan.FromMinutes(2)),
            KeptUntil = keptUntil,
        };
    }

    private void PutImport(string id, TransferState state, TimeSpan age, DateTimeOffset? keptUntil = null)
    {
        _blobs[$"{id}/content/file"] = Now;
        _blobs[$"{id}/rejected-0000001"] = Now;
        _imports[id] = new()
        {
            Id = id,
            State = state,
            Format = ImportFormat.Csv,
            Mode = ImportMode.Start,
            CreatedAt = Now - age,
            KeptUntil = keptUntil,
        };
    }
}
