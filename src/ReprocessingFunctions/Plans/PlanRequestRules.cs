using System.Text.Json;
using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Names;
using ReprocessingFunctions.Http;
using ReprocessingFunctions.Jobs;

namespace ReprocessingFunctions.Plans;

/// <summary>What can be said against a request for a plan without looking at what the selection finds.</summary>
internal static class PlanRequestRules
{
    private const string SelectionPointer = "#/selection";

    public static ProblemError? LifetimeFault(int? minutes) =>
        minutes is { } asked && (asked < 1 || asked > PlanOptions.LongestLifetime.TotalMinutes)
            ? new($"'expiresInMinutes' must be 1 to {PlanOptions.LongestLifetime.TotalMinutes}.", "#/expiresInMinutes")
            : null;

    public static ProblemError? OperationFault(JobOperation? operation, IReadOnlyList<JobOperation> known)
    {
        var names = string.Join(", ", known.Select(EnumNames.Of));
        return operation is null ? new($"'operation' is needed: one of {names}.", "#/operation")
            : known.Contains(operation.Value) ? null
            : new($"'{EnumNames.Of(operation.Value)}' cannot be planned; 'operation' must be one of {names}.", "#/operation");
    }

    /// <summary>Nobody is to act on everything by having said nothing.</summary>
    public static Problem? SelectionProblem(PlanSelection? selection, int maxItems)
    {
        if (selection is null || Means(selection) == 0)
        {
            return Problems.EmptySelection();
        }

        if (Means(selection) > 1)
        {
            return Problems.InvalidBody("Exactly one of 'filter', 'ids' and 'all' may be said.", SelectionPointer);
        }

        return selection.Ids?.Count > maxItems || selection.Exclude?.Count > maxItems
            ? Problems.SelectionTooLarge(maxItems)
            : IdProblem([.. IdFaults(selection.Ids, "ids"), .. IdFaults(selection.Exclude, "exclude")]);
    }

    /// <summary>Options are an object or nothing; what is in it is the operation's own affair.</summary>
    public static (string? Json, Problem? Problem) ReadOptions(JsonElement? options) => options switch
    {
        null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => (null, null),
        { ValueKind: JsonValueKind.Object } given => (JsonSerializer.Serialize(given, AppJson.Worker), null),
        _ => (null, Problems.InvalidOptions(new ProblemError("'options' must be a JSON object.", "#/options"))),
    };

    private static int Means(PlanSelection selection) =>
        (string.IsNullOrWhiteSpace(selection.Filter) ? 0 : 1) + (selection.Ids is { Count: > 0 } ? 1 : 0) + (selection.All ? 1 : 0);

    private static IEnumerable<ProblemError> IdFaults(IReadOnlyList<string?>? ids, string member) => (ids ?? [])
        .Select((id, index) => (Fault: Identifiers.Problem(id), Index: index))
        .Where(checkedId => checkedId.Fault is not null)
        .Select(faulty => new ProblemError($"The id {faulty.Fault}.", $"{SelectionPointer}/{member}/{faulty.Index}"))
        .Take(ShownFaults);

    private const int ShownFaults = 20;

    private static Problem? IdProblem(List<ProblemError> faults) => faults.Count == 0 ? null : Problems.InvalidBody(faults);
}
