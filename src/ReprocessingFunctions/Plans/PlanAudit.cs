using System.Globalization;
using Reprocessing.Domain.Names;
using Reprocessing.Storage.Audit;
using Reprocessing.Storage.Jobs;

namespace ReprocessingFunctions.Plans;

internal static class PlanAudit
{
    public const string CreatedAction = "plan.created";

    public static AuditEvent Created(PlanRecord plan) =>
        new($"{plan.PlanId}.created", plan.CreatedAt, plan.RequestedBy, CreatedAction, plan.PlanId)
        {
            Detail = string.Create(
                CultureInfo.InvariantCulture, $"{EnumNames.Of(plan.Operation)} of {plan.Selection}: {plan.Count} items, hash {plan.Hash}"),
        };
}
