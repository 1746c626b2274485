// The platform's core engine has its own namespace; its exception names show up in failures, so ours carry the same.
namespace DurableTask.Core.Exceptions;

/// <summary>The inner exception of a failed activity.</summary>
internal sealed class TaskFailedException(string message) : Exception(message);

/// <summary>The code asked for something else than the history says it did.</summary>
internal sealed class NonDeterministicOrchestrationException(string message) : Exception(message);
