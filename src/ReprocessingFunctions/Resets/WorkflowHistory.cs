using Reprocessing.Storage.Resets;

namespace ReprocessingFunctions.Resets;

/// <summary>What a workflow's history tells of its run since the last continuation.</summary>
/// <param name="Generation">How often the run has continued as new; null when the engine does not say.</param>
/// <param name="Events">External events, in the order in which they were received.</param>
internal sealed record WorkflowHistory(int? Generation, IReadOnlyList<CapturedEvent> Events);

/// <summary>The engine shows no history of the workflow, or none that can be read.</summary>
internal sealed class HistoryUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
