using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using Reprocessing.Domain.Jobs;
using Reprocessing.Storage.Jobs;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Plans;

[JsonConverter(typeof(JsonStringEnumConverter<PlanState>))]
internal enum PlanState
{
    [JsonStringEnumMemberName("ready")]
    Ready,

    [JsonStringEnumMemberName("applied")]
    Applied,

    [JsonStringEnumMemberName("expired")]
    Expired,
}

/// <summary>A plan as this API shows it.</summary>
/// <param name="Sample">Items that will be worked on, up to 100; only where one plan is shown.</param>
internal sealed record PlanAnswer(
    string PlanId,
    JobOperation Operation,
    PlanState State,
    string? JobId,
    string Selection,
    JsonElement? Options,
    string RequestedBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    int Count,
    string Hash,
    IReadOnlyDictionary<string, int> CountByGroup,
    int IneligibleCount,
    IReadOnlyDictionary<string, int> IneligibleByReason,
    IReadOnlyList<PlanSampleItem>? Sample,
    PlanEstimate Estimate)
{
    [Description("Of a dry run: what was said and would have no effect in such a job; absent when there is nothing.")]
    public IReadOnlyList<string>? Warnings { get; init; }

    public static string Path(string planId) => $"/api/plans/{Uri.EscapeDataString(planId)}";

    public static PlanAnswer Of(PlanRecord plan, DateTimeOffset now, IReadOnlyList<JobItem>? sample = null, double? itemsPerSecond = null) => new(
        plan.PlanId,
        plan.Operation,
        plan.JobId is not null ? PlanState.Applied : plan.ExpiresAt <= now ? PlanState.Expired : PlanState.Ready,
        plan.JobId,
        plan.Selection,
        StoredJson.Read(plan.Options),
        plan.RequestedBy,
        plan.CreatedAt,
        plan.ExpiresAt,
        plan.Count,
        plan.Hash,
        plan.CountByGroup,
        plan.IneligibleByReason.Values.Sum(),
        plan.IneligibleByReason,
        sample is null ? null : [.. sample.Select(item => new PlanSampleItem(item.Id, item.Group, item.Seen))],
        PlanEstimate.Of(plan.Operation, plan.Count, itemsPerSecond));
}

/// <param name="Seen">The version at which it was selected: at another one it will be skipped.</param>
internal sealed record PlanSampleItem(string Id, string? Group, string Seen);

/// <summary>An item of a plan; where the plan was applied, as the job has left it.</summary>
internal sealed record PlanItemAnswer(string Id, bool Eligible, ItemState State, string? Group, string? Reason, string? Message, string Seen)
{
    public static PlanItemAnswer Of(JobItem item) =>
        new(item.Id, item.IsEligible, item.State, item.Group, item.Reason, item.Message, item.Seen);
}
