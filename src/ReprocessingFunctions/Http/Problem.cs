using System.Net;

namespace ReprocessingFunctions.Http;

/// <summary>
/// An error answer (RFC 9457). <see cref="Code"/> is stable and meant for programs; <see cref="Detail"/> is meant for people.
/// </summary>
internal sealed record Problem(HttpStatusCode Status, string Code, string Title, string? Detail = null)
{
    public IReadOnlyList<ProblemError> Errors { get; init; } = [];

    /// <summary>Where to go from here, by relation: the run that is in the way, its status. Paths are made addresses when they are sent.</summary>
    public IReadOnlyDictionary<string, string>? Links { get; init; }
}

/// <summary>One fault of a request; the pointer (RFC 6901, as a URI fragment) says where.</summary>
internal sealed record ProblemError(string Detail, string Pointer)
{
    /// <summary>Where in a text of its own grammar, counted from 1.</summary>
    public int? Column { get; init; }

    /// <summary>The pointer of a member that is not in the body: a route or query parameter.</summary>
    public static ProblemError Parameter(string name, string detail) => new(detail, $"#/{name}");
}
