using System.Globalization;
using Reprocessing.Domain.Names;
using Reprocessing.Domain.Workflows;

namespace Reprocessing.Domain.Resets;

/// <summary>What a plan remembers of a workflow: which run it was, and whether that was at work or how it had ended.</summary>
public static class ResetSeen
{
    private const string Active = "active";

    public static string Of(DateTimeOffset startedAt, WorkflowStatus status) =>
        string.Create(CultureInfo.InvariantCulture, $"{startedAt.UtcTicks}|{ClassOf(status)}");

    /// <summary>One that is suspended or resumed in between is still the same: its run goes on.</summary>
    private static string ClassOf(WorkflowStatus status) =>
        status is WorkflowStatus.Pending or WorkflowStatus.Running or WorkflowStatus.Suspended ? Active : StableNames.Of(status);
}
