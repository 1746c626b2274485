using ReprocessingFunctions.OpenApi;
using static ReprocessingFunctions.OpenApi.ApiOperation;

namespace ReprocessingFunctions.Workflows;

internal static class WorkflowOperations
{
    public static IReadOnlyList<ApiOperation> All { get; } = Under(
        "workflows",
        Get(nameof(ListWorkflows), "workflows", "Workflows that a query asks for; without one all of them, newest first.")
            .With(ApiParameter.Text("query", "As: WorkflowType = 'OrderFulfillment' AND ExecutionStatus = Failed AND StartTime > '2026-01-01'."))
            .AnswersPage<WorkflowAnswer>()
            .Refuses("invalid_filter"),
        Get(nameof(GetWorkflow), "workflows/{instanceId}", "One workflow, with what came before it and after it.")
            .Answers200<WorkflowAnswer>()
            .Refuses("invalid_parameter", "not_found"));
}
