namespace Embedded.DurableTask.Engine;

/// <summary>Today's code does not repeat a recorded history.</summary>
internal sealed class HistoryMismatchException(string message) : Exception(message);
