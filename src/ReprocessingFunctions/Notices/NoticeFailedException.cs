namespace ReprocessingFunctions.Notices;

/// <summary>Ends a notice's orchestration as Failed, where operators look for what went wrong and from where they can restart it.</summary>
internal sealed class NoticeFailedException(string message) : Exception(message);
