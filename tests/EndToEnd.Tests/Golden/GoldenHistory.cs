using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Microsoft.DurableTask.Protobuf;
using Reprocessing.Testing.Replay;

namespace EndToEnd.Tests.Golden;

/// <summary>A turn of one of the app's orchestrators, kept as a file: the request as protobuf writes it as JSON, and the actions in words.</summary>
internal sealed record GoldenHistory(string Orchestrator, Turn Turn)
{
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default);
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string FileName(string orchestrator) => $"{orchestrator}.json";

    public static GoldenHistory Read(string path)
    {
        var file = JsonNode.Parse(File.ReadAllText(path))!;
        var request = JsonParser.Default.Parse<OrchestratorRequest>(file["request"]!.ToJsonString());
        return new((string)file["orchestrator"]!, new(request, [.. file["actions"]!.AsArray().Select(action => (string)action!)]));
    }

    public void Write(string folder) => File.WriteAllText(
        Path.Combine(folder, FileName(Orchestrator)),
        new JsonObject
        {
            ["orchestrator"] = Orchestrator,
            ["actions"] = new JsonArray([.. Turn.Actions.Select(action => JsonValue.Create(action))]),
            ["request"] = WithoutStackTraces(JsonNode.Parse(Formatter.Format(Turn.Request))),
        }.ToJsonString(Readable) + "\n");

    /// <summary>They name the folder of whoever records, and no orchestrator reads them.</summary>
    private static JsonNode? WithoutStackTraces(JsonNode? node)
    {
        if (node is JsonObject known)
        {
            known.Remove("stackTrace");
        }

        foreach (var child in node switch
        {
            JsonObject members => members.Select(member => member.Value),
            JsonArray items => items,
            _ => [],
        })
        {
            WithoutStackTraces(child);
        }

        return node;
    }
}
