using System.Text.Json.Nodes;

namespace Reprocessing.Cli.Jobs;

/// <summary>How a plan is to be applied, and what is done after that.</summary>
internal sealed record JobRequest(string Reason, string RequestedBy)
{
    public int? Parallelism { get; init; }

    public double? ItemsPerSecond { get; init; }

    public IReadOnlyList<int> Ramp { get; init; } = [];

    public double? FailureThreshold { get; init; }

    public bool WaitsForOutcome { get; init; }

    public bool IsDryRun { get; init; }

    /// <summary>Nobody has to be asked.</summary>
    public bool IsConfirmed { get; init; }

    public bool Waits { get; init; }

    public TimeSpan? Timeout { get; init; }

    public string? IdempotencyKey { get; init; }

    /// <param name="confirmed">The number of items, of what nothing takes back.</param>
    public JsonObject ToJson(string planId, int? confirmed)
    {
        var body = new JsonObject { ["planId"] = planId, ["reason"] = Reason, ["requestedBy"] = RequestedBy };
        if (Pace() is { Count: > 0 } pace)
        {
            body["pace"] = pace;
        }

        if (Ramp.Count > 0)
        {
            body["ramp"] = new JsonArray([.. Ramp.Select(step => JsonValue.Create(step))]);
        }

        if (FailureThreshold is { } threshold)
        {
            body["failureThreshold"] = threshold;
        }

        if (WaitsForOutcome)
        {
            body["waitForOutcome"] = true;
        }

        if (confirmed is { } count)
        {
            body["confirm"] = count;
        }

        return body;
    }

    private JsonObject Pace()
    {
        var pace = new JsonObject();
        if (Parallelism is { } parallelism)
        {
            pace["parallelism"] = parallelism;
        }

        if (ItemsPerSecond is { } rate)
        {
            pace["itemsPerSecond"] = rate;
        }

        return pace;
    }
}
