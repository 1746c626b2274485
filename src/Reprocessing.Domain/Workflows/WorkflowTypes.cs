namespace Reprocessing.Domain.Workflows;

/// <summary>The types that this application has workflows of, as queries name them. Others may record themselves under names of their own.</summary>
public static class WorkflowTypes
{
    public const string OrderFulfillment = "OrderFulfillment";
}
