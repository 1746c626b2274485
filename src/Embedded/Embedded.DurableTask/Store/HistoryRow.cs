namespace Embedded.DurableTask.Store;

/// <summary>
/// A turn's events as JSON text: one row a turn. Only a turn that outgrows a row goes on in the next one; row numbers have no gaps.
/// </summary>
internal sealed record HistoryRow(string InstanceId, int Generation, int Row, string Text, bool Continues = false);
