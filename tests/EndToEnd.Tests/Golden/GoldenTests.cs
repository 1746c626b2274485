using EndToEnd.Tests.Hosts;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Hosting;
using Reprocessing.Testing.InMemory;
using Reprocessing.Testing.Replay;
using ReprocessingFunctions;

namespace EndToEnd.Tests.Golden;

public sealed class GoldenTests : IDisposable
{
    private static readonly AppFunctions Functions = new(typeof(AppComposition).Assembly);
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Golden", "Requests");

    private readonly IHost _app = InProcessApp.Compose(AppSettings.For("UseDevelopmentStorage=true", "Golden", "GoldenHub"));

    public static TheoryData<string> Orchestrators => [.. Functions.With<OrchestrationTriggerAttribute>().Select(function => function.Name)];

    [Theory]
    [MemberData(nameof(Orchestrators))]
    public void Todays_code_does_what_was_recorded(string orchestrator)
    {
        var golden = Read(orchestrator);

        Assert.Equal(orchestrator, golden.Orchestrator);
        Assert.NotEmpty(golden.Turn.Request.PastEvents);
        Assert.Null(Replay.FindDifference(orchestrator, golden.Turn));
    }

    [Theory]
    [MemberData(nameof(Orchestrators))]
    public void A_call_that_was_of_another_name_is_found(string orchestrator)
    {
        var turn = Read(orchestrator).Turn;
        var past = turn.Request.PastEvents.First(told => told.TaskScheduled is not null);
        past.TaskScheduled.Name += "Before";

        Assert.Contains("fails", Replay.FindDifference(orchestrator, turn), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_recorded_of_an_orchestrator_that_is_gone() => Assert.Equal(
        Functions.With<OrchestrationTriggerAttribute>().Select(function => GoldenHistory.FileName(function.Name)).Order(StringComparer.Ordinal),
        Directory.EnumerateFiles(Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));

    public void Dispose() => _app.Dispose();

    private HistoryReplay Replay => new(Functions, _app.Services);

    private static GoldenHistory Read(string orchestrator)
    {
        var path = Path.Combine(Folder, GoldenHistory.FileName(orchestrator));
        return File.Exists(path)
            ? GoldenHistory.Read(path)
            : throw new FileNotFoundException($"{orchestrator} has no golden history: Golden/README.md says how to record one.", path);
    }
}
