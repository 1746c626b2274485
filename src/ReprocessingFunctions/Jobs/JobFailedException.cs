namespace ReprocessingFunctions.Jobs;

/// <summary>Ends a job's orchestration as Failed after the job's own end was stored; its message is the instance's output.</summary>
internal sealed class JobFailedException(string message) : Exception(message);
