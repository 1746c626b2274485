using ReprocessingFunctions.Audit;
using ReprocessingFunctions.DeadLetters;
using ReprocessingFunctions.DeadLetters.Reports;
using ReprocessingFunctions.Exports;
using ReprocessingFunctions.FailureGroups;
using ReprocessingFunctions.Health;
using ReprocessingFunctions.Imports;
using ReprocessingFunctions.Jobs.Requests;
using ReprocessingFunctions.Orders;
using ReprocessingFunctions.Plans;
using ReprocessingFunctions.Runs;
using ReprocessingFunctions.Samples.Loyalty;
using ReprocessingFunctions.Workflows;

namespace ReprocessingFunctions.OpenApi;

/// <summary>All operations of this app, a feature a line.</summary>
internal static class ApiOperations
{
    public static IReadOnlyList<ApiOperation> All { get; } =
    [
        .. OrderOperations.All,
        .. DeadLetterOperations.All,
        .. ReportOperations.All,
        .. FailureGroupOperations.All,
        .. ImportOperations.All,
        .. ExportOperations.All,
        .. PlanOperations.All,
        .. JobOperations.All,
        .. RunOperations.All,
        .. WorkflowOperations.All,
        .. AuditOperations.All,
        .. LoyaltyOperations.All,
        .. HealthOperations.All,
        .. DocumentOperations.All,
    ];
}
