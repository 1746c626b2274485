using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Names;
using ReprocessingFunctions.Jobs;
using ReprocessingFunctions.OpenApi;
using static ReprocessingFunctions.OpenApi.ApiOperation;

namespace ReprocessingFunctions.Plans;

internal static class PlanOperations
{
    /// <summary>What a selection can be refused for, wherever one is read.</summary>
    public static IReadOnlyList<string> SelectionProblems { get; } =
        ["invalid_filter", "empty_selection", "selection_too_large", "invalid_options"];

    public static ApiParameter ItemState { get; } =
        ApiParameter.OneOf("state", "Only items in this state.", EnumNames.All<ItemState>());

    private static readonly CreatePlanRequest NewPlan = new()
    {
        Operation = JobOperation.Retry,
        Selection = new PlanSelection { Filter = "errorType = timeout AND failureCount >= 3 AND $.customer.tier = 'gold'", Exclude = ["ORD-17"] },
        RequestedBy = "maria@example.com",
    };

    public static IReadOnlyList<ApiOperation> All { get; } = Under(
        "plans",
        Post(nameof(CreatePlan), "plans", "Freezes a selection and shows what a job would do with it. Changes no order.")
            .Saying("A selection is exactly one of a filter, ids, or all: true; the operation has options of its own.")
            .Takes(NewPlan)
            .IsIdempotent()
            .Answering<PlanAnswer>(201, "The plan.", null, "Location")
            .Refuses(SelectionProblems),
        Get(nameof(ListPlans), "plans", "The plans, newest first.")
            .AnswersPage<PlanAnswer>(),
        Get(nameof(GetPlan), "plans/{planId}", "A plan, with a sample of its items.")
            .Answers200<PlanAnswer>()
            .Refuses("not_found"),
        Get(nameof(ListPlanItems), "plans/{planId}/items", "Every item that the selection matched, by id.")
            .With(ItemState)
            .AnswersPage<PlanItemAnswer>()
            .Refuses("not_found"));
}
