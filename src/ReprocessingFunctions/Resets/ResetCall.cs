using Microsoft.DurableTask.Client;
using Reprocessing.Domain.Orders;
using Reprocessing.Domain.Resets;

namespace ReprocessingFunctions.Resets;

/// <summary>What one activity call of a reset job has been asked for, and by whom.</summary>
/// <param name="Client">Bound to the invocation.</param>
internal sealed record ResetCall(string JobId, AuditedAction Act, ResetRule Rule, Reapply Reapply, DurableTaskClient Client)
{
    /// <summary>As the ended run's output tells it.</summary>
    public string Reason => $"Reset by {JobId}: {Act.Reason}";
}
