using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Embedded.DurableTask.Engine;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Tests.Engine;

namespace Embedded.DurableTask.Tests.History;

/// <summary>
/// Histories as they were recorded once, each replayed by today's code. They are never recorded again: an engine that breaks one
/// would break instances that are in flight when it is deployed. A new scenario gets its file from the first run of this test.
/// </summary>
public sealed class GoldenHistoryTests
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true, IndentSize = 2, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static TheoryData<string> Scenarios => Scenario.Names;

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void A_recorded_history_is_repeated_by_todays_code(string name)
    {
        var file = Path.Combine(Folder(), $"{name}.json");
        if (!File.Exists(file))
        {
            Directory.CreateDirectory(Folder());
            File.WriteAllText(file, Record(Scenario.Of(name)));
            Assert.Fail($"The scenario was new and is recorded now: read {file} and commit it.");
        }

        var histories = JsonNode.Parse(File.ReadAllText(file))!.AsArray();

        Assert.NotEmpty(histories);
        Assert.All(histories, history =>
        {
            var (identity, turns) = Read(history!.AsObject());
            Assert.NotEmpty(turns);
            HistoryReplay.Verify(identity, turns, Scenario.Of(name).Executor());
        });
    }

    [Fact]
    public void No_recorded_history_has_lost_its_scenario()
    {
        var files = Directory.GetFiles(Folder(), "*.json").Select(Path.GetFileNameWithoutExtension);

        Assert.Empty(files.Except(Scenario.All.Select(static scenario => scenario.Name)));
    }

    private static string Record(Scenario scenario)
    {
        var histories = Histories.Of(scenario.Run()).Select(static history => (JsonNode)new JsonObject
        {
            ["name"] = history.Identity.Name,
            ["instanceId"] = history.Identity.InstanceId,
            ["generation"] = history.Identity.Generation,
            ["parentName"] = history.Identity.ParentName,
            ["parentInstanceId"] = history.Identity.ParentInstanceId,
            ["turns"] = new JsonArray([.. history.Turns.Select(static turn => JsonNode.Parse(Histories.Text(turn)))]),
        });
        return new JsonArray([.. histories]).ToJsonString(Indented) + "\n";
    }

    private static (OrchestrationIdentity Identity, IReadOnlyList<TurnRecord> Turns) Read(JsonObject history) => (
        new OrchestrationIdentity(
            (string)history["name"]!,
            (string)history["instanceId"]!,
            (int)history["generation"]!,
            ParentName: (string?)history["parentName"],
            ParentInstanceId: (string?)history["parentInstanceId"]),
        [.. history["turns"]!.AsArray().Select(static turn => new TurnRecord(HistoryCodec.Deserialize(turn!.ToJsonString())))]);

    // Beside this file in the sources: recorded there, and read from there.
    private static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Golden");
}
