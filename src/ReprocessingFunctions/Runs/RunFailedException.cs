namespace ReprocessingFunctions.Runs;

/// <summary>Ends the batch as Failed after its partial result was recorded; its message is the instance's output.</summary>
internal sealed class RunFailedException(string message) : Exception(message);
