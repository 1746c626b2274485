using EndToEnd.Tests.Hosts;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Hosting;
using Reprocessing.Testing.InMemory;
using Reprocessing.Testing.Replay;
using Reprocessing.Functions;

namespace EndToEnd.Tests.Golden;

public sealed class GoldenTests : IDisposable
{
    private static readonly AppFunctions Functions = new(typeof(AppComposition).Assembly);
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Golden", "Requests");

    private readonly IHost _app = InProcessApp.Compose(AppSettings.For("UseDevelopmentStorage=true", "Golden", "GoldenHub"));

    /// <summary>All that was recorded, by the version of its orchestrations: of today's version and of those before, whose instances may be under way.</summary>
    public static TheoryData<string, string> Recorded
    {
        get
        {
            var recorded = new TheoryData<string, string>();
            foreach (var file in Directory.EnumerateFiles(Folder, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                recorded.Add(Path.GetFileName(Path.GetDirectoryName(file))!, Path.GetFileNameWithoutExtension(file));
            }

            return recorded;
        }
    }

    [Theory]
    [MemberData(nameof(Recorded))]
    public void Todays_code_does_what_was_recorded(string version, string orchestrator)
    {
        var golden = Read(version, orchestrator);

        Assert.Equal(orchestrator, golden.Orchestrator);
        Assert.NotEmpty(golden.Turn.Request.PastEvents);
        Assert.Null(Replay.FindDifference(orchestrator, golden.Turn));
    }

    [Theory]
    [MemberData(nameof(Recorded))]
    public void A_call_that_was_of_another_name_is_found(string version, string orchestrator)
    {
        var turn = Read(version, orchestrator).Turn;
        var past = turn.Request.PastEvents.First(told => told.TaskScheduled is not null);
        past.TaskScheduled.Name += "Before";

        Assert.Contains("fails", Replay.FindDifference(orchestrator, turn), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_orchestrator_of_the_version_is_recorded_and_none_of_an_older_one_is_gone()
    {
        var today = Functions.With<OrchestrationTriggerAttribute>().Select(function => function.Name).Order(StringComparer.Ordinal).ToList();

        Assert.Equal(today, RecordedOf(AppFiles.DefaultVersion));
        Assert.All(Directory.EnumerateDirectories(Folder), version => Assert.Empty(RecordedOf(Path.GetFileName(version)).Except(today)));
    }

    public void Dispose() => _app.Dispose();

    private HistoryReplay Replay => new(Functions, _app.Services);

    private static IEnumerable<string> RecordedOf(string version) =>
        Recorded.Where(recorded => (string)recorded[0] == version).Select(recorded => (string)recorded[1]);

    private static GoldenHistory Read(string version, string orchestrator) =>
        GoldenHistory.Read(Path.Combine(Folder, version, GoldenHistory.FileName(orchestrator)));
}
