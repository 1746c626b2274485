using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Names;
using ReprocessingFunctions.Http;
using ReprocessingFunctions.Runs;

namespace ReprocessingFunctions.Jobs.Requests;

/// <summary>
/// Ids of plans and jobs as they come in the route. A plan, its job and a run live under keys, and the key of one kind's id is not
/// to lead to another's: what is not an id of the kind asked for is not there.
/// </summary>
internal static class JobRoute
{
    public static bool IsPlan(string id) => Identifiers.Problem(id) is null && id == JobIds.Plan(JobIds.KeyOf(id));

    public static bool IsJob(string id) =>
        RunIds.TryGetStart(id, out _) || (Identifiers.Problem(id) is null && id == JobIds.Job(JobIds.KeyOf(id)));

    /// <summary>The query's <c>state</c>; null for items of every state.</summary>
    public static (ItemState? State, Problem? Problem) ReadItemState(HttpRequestData request) =>
        request.Query["state"] is not { Length: > 0 } text ? (null, null)
        : EnumNames.TryParse<ItemState>(text, out var state) ? (state, null)
        : (null, Problems.InvalidParameter("state", $"'state' must be one of {string.Join(", ", EnumNames.All<ItemState>())}."));
}
