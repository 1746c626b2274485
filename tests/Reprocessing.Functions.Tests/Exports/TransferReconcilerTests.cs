using Reprocessing.Domain.Exports;
using Reprocessing.Domain.Imports;
using Reprocessing.Storage.Transfers;
using Reprocessing.Functions.Transfers;

namespace Reprocessing.Functions.Tests.Exports;

public sealed class TransferReconcilerTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeStorage _storage = new();
    private readonly FakeEngine _engine = new();

    private TransferStore<ExportRecord> Exports => new(_storage.Tables);

    private TransferStore<ImportRecord> Imports => new(_storage.Tables);

    private Dictionary<string, DateTimeOffset> Blobs => _storage.BlobNames;

    [Fact]
    public async Task Content_whose_time_is_over_is_deleted_and_no_other()
    {
        await Put("over", TransferState.Completed, keptUntil: Now);
        await Put("cut-off", TransferState.Failed, keptUntil: Now.AddHours(-1));
        await Put("kept", TransferState.CompletedWithSkips, keptUntil: Now.AddSeconds(1));
        await PutImport("ended", TransferState.CompletedWithRejects, TimeSpan.FromMinutes(2), keptUntil: Now.AddMinutes(-1));

        await ReconcileAsync();

        Assert.Equal(["kept"], await OpenAsync());
        Assert.Equal(["ended/rejected-0000001", "kept/content/file"], Blobs.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_export_that_was_stored_and_not_started_is_started()
    {
        await Put("waiting", TransferState.Pending);
        await Put("being-started", TransferState.Pending, age: TimeSpan.FromSeconds(10));

        await ReconcileAsync();

        Assert.Equal([(nameof(ExportOrchestrator), "waiting")], _engine.Started.Select(start => (start.Name, start.Id)));
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Terminated, TransferState.Canceled)]
    [InlineData(OrchestrationRuntimeStatus.Failed, TransferState.Failed)]
    public async Task What_was_ended_from_outside_is_ended_and_keeps_no_content(OrchestrationRuntimeStatus status, TransferState state)
    {
        await Put("broken", TransferState.Running);
        await Put("running", TransferState.Running);
        await PutImport("broken-import", TransferState.Running, TimeSpan.FromMinutes(2));
        _engine.Put("broken", status);
        _engine.Put("broken-import", status);
        _engine.Put("running", OrchestrationRuntimeStatus.Running);

        await ReconcileAsync();

        Assert.Equal((state, Now), ((await Exports.GetAsync("broken", default))!.State, (await Exports.GetAsync("broken", default))!.EndedAt));
        Assert.Equal((state, Now), ((await Imports.GetAsync("broken-import", default))!.State, (await Imports.GetAsync("broken-import", default))!.EndedAt));
        Assert.Equal(["running"], await OpenAsync());
        Assert.Equal(TransferState.Running, (await Exports.GetAsync("running", default))!.State);
    }

    [Theory]
    [InlineData(TransferState.Receiving)]
    [InlineData(TransferState.Pending)]
    public async Task An_import_whose_request_was_cut_off_long_ago_is_ended(TransferState state)
    {
        await PutImport("cut-off", state, TimeSpan.FromMinutes(61));
        await PutImport("under-way", state, TimeSpan.FromMinutes(59));
        await PutImport("started", state, TimeSpan.FromMinutes(61));
        _engine.Put("started", OrchestrationRuntimeStatus.Pending);

        await ReconcileAsync();

        Assert.Equal((TransferState.Failed, "The request was cut off before the import was started."), ((await Imports.GetAsync("cut-off", default))!.State, (await Imports.GetAsync("cut-off", default))!.Error));
        Assert.Equal((state, state), ((await Imports.GetAsync("under-way", default))!.State, (await Imports.GetAsync("started", default))!.State));
        Assert.Equal(["started", "under-way"], await OpenAsync());
        Assert.DoesNotContain("cut-off/content/file", Blobs.Keys);
    }

    [Fact]
    public async Task Content_that_belongs_to_nothing_open_is_deleted_after_a_day()
    {
        await Put("open", TransferState.Completed, keptUntil: Now.AddDays(3));
        Blobs["open/content/file"] = Now.AddDays(-2);
        Blobs["gone/content/lookups-0000001"] = Now.AddDays(-2);
        Blobs["gone/rejected-0000001"] = Now.AddDays(-2);
        Blobs["late/content/upload"] = Now.AddHours(-23);

        await Create().CleanContentAsync(default);

        Assert.Equal(["gone/rejected-0000001", "late/content/upload", "open/content/file"], Blobs.Keys.Order(StringComparer.Ordinal));
    }

    private Task ReconcileAsync() => Create().ReconcileAsync(_engine.Client, default);

    private async Task<IEnumerable<string>> OpenAsync() =>
    [
        .. await Exports.ListOpenAsync(default).Select(export => export.Id).Order().ToListAsync(),
        .. await Imports.ListOpenAsync(default).Select(import => import.Id).Order().ToListAsync(),
    ];

    private TransferReconciler Create()
    {
        var time = Mock.Of<TimeProvider>(clock => clock.GetUtcNow() == Now);
        return new(
            Imports,
            Exports,
            new(Imports, _storage.Blobs, time),
            new(Exports, _storage.Blobs, time),
            new(Exports, Mock.Of<IRequestKeys>(), Options.Create(new ExportOptions())),
            _storage.Blobs,
            time,
            NullLogger<TransferReconciler>.Instance);
    }

    private Task Put(string id, TransferState state, DateTimeOffset? keptUntil = null, TimeSpan? age = null)
    {
        Blobs[$"{id}/content/file"] = Now;
        return Exports.CreateAsync(
            new()
            {
                Id = id,
                State = state,
                What = ExportSubject.Orders,
                Format = ImportFormat.Csv,
                RequestedBy = "ops",
                CreatedAt = Now - (age ?? TimeSpan.FromMinutes(2)),
                KeptUntil = keptUntil,
            },
            default);
    }

    private Task PutImport(string id, TransferState state, TimeSpan age, DateTimeOffset? keptUntil = null)
    {
        Blobs[$"{id}/content/file"] = Now;
        Blobs[$"{id}/rejected-0000001"] = Now;
        return Imports.CreateAsync(
            new()
            {
                Id = id,
                State = state,
                Format = ImportFormat.Csv,
                Mode = ImportMode.Start,
                CreatedAt = Now - age,
                KeptUntil = keptUntil,
            },
            default);
    }
}
