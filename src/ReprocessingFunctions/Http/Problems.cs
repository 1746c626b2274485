using System.Net;

namespace ReprocessingFunctions.Http;

/// <summary>Every problem that this API answers with. The codes are part of its contract.</summary>
internal static class Problems
{
    public static Problem InvalidBody(string detail, string pointer) =>
        Invalid("invalid_body", "The request body is not valid.", [new(detail, pointer)]);

    public static Problem InvalidBody(IReadOnlyList<ProblemError> errors) =>
        Invalid("invalid_body", "The request body is not valid.", errors);

    public static Problem BodyTooLarge(int limit) =>
        Invalid("body_too_large", "The request body is too large.", [new($"The body is larger than {limit} bytes.", "#")]);

    public static Problem InvalidParameter(string name, string detail) =>
        Invalid("invalid_parameter", "A parameter of the request is not valid.", [ProblemError.Parameter(name, detail)]);

    public static Problem NotFound(string what, string id) =>
        new(HttpStatusCode.NotFound, "not_found", "There is no such resource.", $"There is no {what} '{id}'.");

    public static Problem Conflict(string code, string title, string detail) =>
        new(HttpStatusCode.Conflict, code, title, detail);

    public static Problem StorageUnavailable() =>
        new(HttpStatusCode.ServiceUnavailable, "storage_unavailable", "The storage does not answer.", "Nothing may have been stored; the request can be repeated.");

    public static Problem Internal(string invocationId) =>
        new(HttpStatusCode.InternalServerError, "internal_error", "The request failed.", $"The log has the reason under invocation '{invocationId}'.");

    private static Problem Invalid(string code, string title, IReadOnlyList<ProblemError> errors) =>
        new(HttpStatusCode.BadRequest, code, title, errors[0].Detail) { Errors = errors };
}
