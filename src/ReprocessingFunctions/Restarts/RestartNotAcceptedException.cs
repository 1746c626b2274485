namespace ReprocessingFunctions.Restarts;

/// <summary>The outside order service did not take a start over. The start stays pending, and the next run tries again.</summary>
internal sealed class RestartNotAcceptedException(string message) : Exception(message);
