using System.Text.Json.Nodes;

namespace Reprocessing.Cli.Plans;

/// <summary>What a plan is to be made of.</summary>
internal sealed record PlanRequest(string Operation, JsonObject Selection, JsonObject Options, string RequestedBy)
{
    public int? ExpiresInMinutes { get; init; }

    public JsonObject ToJson()
    {
        var body = new JsonObject
        {
            ["operation"] = Operation,
            ["selection"] = Selection.DeepClone(),
            ["requestedBy"] = RequestedBy,
        };
        if (Options.Count > 0)
        {
            body["options"] = Options.DeepClone();
        }

        if (ExpiresInMinutes is { } minutes)
        {
            body["expiresInMinutes"] = minutes;
        }

        return body;
    }
}
