using Reprocessing.Domain.Exports;
using Reprocessing.Domain.Imports;
using Reprocessing.Storage.Exports;

namespace ReprocessingFunctions.Tests.Exports;

public sealed class SweepExportsTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<string, ExportRecord> _stored = [];
    private readonly List<string> _deleted = [];
    private readonly List<string> _forgotten = [];
    private readonly FakeEngine _engine = new();

    [Fact]
    public async Task Content_whose_time_is_over_is_deleted_and_no_other()
    {
        Put("over", ExportState.Completed, keptUntil: Now);
        Put("cut-off", ExportState.Failed, keptUntil: Now.AddHours(-1));
        Put("kept", ExportState.CompletedWithSkips, keptUntil: Now.AddSeconds(1));

        await SweepAsync();

        Assert.Equal(["over", "cut-off"], _deleted);
        Assert.Equal(_deleted, _forgotten);
        Assert.Equal(["over", "cut-off"], _stored.Values.Where(export => export.IsContentDeleted).Select(export => export.ExportId));
    }

    [Fact]
    public async Task An_export_that_was_stored_and_not_started_is_started()
    {
        Put("waiting", ExportState.Pending);
        Put("being-started", ExportState.Pending, age: TimeSpan.FromSeconds(10));

        await SweepAsync();

        Assert.Equal([(nameof(ExportOrchestrator), "waiting")], _engine.Started.Select(start => (start.Name, start.Id)));
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Terminated, ExportState.Canceled)]
    [InlineData(OrchestrationRuntimeStatus.Failed, ExportState.Failed)]
    public async Task An_export_whose_orchestration_was_ended_from_outside_is_ended_and_keeps_nothing(OrchestrationRuntimeStatus status, ExportState state)
    {
        Put("broken", ExportState.Running);
        Put("running", ExportState.Running);
        _engine.Put("broken", status);
        _engine.Put("running", OrchestrationRuntimeStatus.Running);

        await SweepAsync();

        Assert.Equal((state, Now), (_stored["broken"].State, _stored["broken"].EndedAt));
        Assert.Equal(["broken"], _deleted);
        Assert.Equal(ExportState.Running, _stored["running"].State);
    }

    private Task SweepAsync()
    {
        var exports = new Mock<IExportStore>();
        exports.Setup(store => store.ListKeptAsync(It.IsAny<CancellationToken>())).Returns(() => _stored.Values.ToList().ToAsyncEnumerable());
        exports.Setup(store => store.EditAsync(It.IsAny<string>(), It.IsAny<Func<ExportRecord, ExportRecord?>>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((string id, Func<ExportRecord, ExportRecord?> edit, CancellationToken _) => _stored[id] = edit(_stored[id]) ?? _stored[id]);
        exports.Setup(store => store.ForgetKeptAsync(It.IsAny<ExportRecord>(), It.IsAny<CancellationToken>()))
            .Returns(Task.CompletedTask).Callback((ExportRecord export, CancellationToken _) => _forgotten.Add(export.ExportId));
        var pages = new Mock<IExportPages>();
        pages.Setup(store => store.DeleteContentAsync(It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .Returns(Task.CompletedTask).Callback((string id, CancellationToken _) => _deleted.Add(id));
        var time = Mock.Of<TimeProvider>(clock => clock.GetUtcNow() == Now);
        var content = new ExportContent(exports.Object, pages.Object);
        var starter = new ExportStarter(
            exports.Object, Mock.Of<IRequestKeys>(), Options.Create(new ExportOptions()), time, NullLogger<ExportStarter>.Instance);
        var progress = new ExportProgress(exports.Object, pages.Object, content, time);
        return new SweepExports(exports.Object, starter, progress, content, time, NullLogger<SweepExports>.Instance)
            .RunAsync(new(), _engine.Client, default);
    }

    private void Put(string id, ExportState state, DateTimeOffset? keptUntil = null, TimeSpan? age = null) => _stored[id] = new()
    {
        ExportId = id,
        State = state,
        What = ExportSubject.Orders,
        Format = ImportFormat.Csv,
        RequestedBy = "ops",
        CreatedAt = Now - (age ?? TimeSpan.FromMinutes(2)),
        KeptUntil = keptUntil,
    };
}
