namespace Embedded.DurableTask.History;

/// <summary>A stored history that this engine cannot read. The instance stops; guessing would corrupt it.</summary>
internal sealed class HistoryFormatException(string message, Exception? innerException = null)
    : Exception(message, innerException);
