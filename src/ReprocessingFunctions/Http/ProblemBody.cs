namespace ReprocessingFunctions.Http;

/// <summary>A problem as it is written.</summary>
/// <param name="Type">Leads to what the problem means and what to do.</param>
/// <param name="Instance">The path that was asked.</param>
internal sealed record ProblemBody(
    string Type,
    string Title,
    int Status,
    string? Detail,
    string Instance,
    string Code,
    IReadOnlyList<ProblemError>? Errors,
    IReadOnlyDictionary<string, string>? Links);
