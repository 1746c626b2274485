namespace ReprocessingFunctions.Jobs.Activities;

/// <summary>Whose items an activity works on, and by what options.</summary>
/// <param name="Options">The operation's own, as JSON.</param>
internal sealed record JobCall(string JobId, JobOperation Operation, string? Options);
