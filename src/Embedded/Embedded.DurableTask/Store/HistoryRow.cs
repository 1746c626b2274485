namespace Embedded.DurableTask.Store;

/// <summary>
/// Turns that no longer fit into the head. Text that outgrows a row goes on in the next one; row numbers have no gaps.
/// </summary>
internal sealed record HistoryRow(string InstanceId, int Generation, int Row, string Text, bool Continues = false);
