namespace Reprocessing.Domain.Failures;

/// <param name="IsPermanent">Trying again with the same input cannot help, so it is retried only when asked for.</param>
public sealed record FailureStatus(string Name, ErrorType ErrorType, bool IsPermanent);
