namespace Reprocessing.Functions.Http;

/// <summary>An error response (RFC 9457). <see cref="Code"/> is stable and for programs; <see cref="Detail"/> is for people.</summary>
internal sealed record Problem(HttpStatusCode Status, string Code, string Title, string? Detail = null)
{
    public IReadOnlyList<ProblemError> Errors { get; init; } = [];

    public IReadOnlyDictionary<string, string>? Links { get; init; }
}

internal sealed record ProblemError(string Detail, string Pointer)
{
    public int? Column { get; init; }
}

internal static class Problems
{
    public static Problem InvalidBody(string detail, string pointer) => InvalidBody(new ProblemError(detail, pointer));

    public static Problem InvalidBody(params IReadOnlyList<ProblemError> errors) =>
        Invalid("invalid_body", "The request body is not valid.", errors);

    public static Problem BodyTooLarge(int limit) =>
        Invalid("body_too_large", "The request body is too large.", [new($"The body is larger than {limit} bytes.", "#")]);

    public static Problem InvalidParameter(string name, string detail) =>
        Invalid("invalid_parameter", "A parameter of the request is not valid.", [new(detail, $"#/{name}")]);

    public static Problem NotFound(string what, string id) =>
        new(HttpStatusCode.NotFound, "not_found", "There is no such resource.", $"There is no {what} '{id}'.");

    public static Problem Conflict(string code, string title, string detail) =>
        new(HttpStatusCode.Conflict, code, title, detail);

    public static Problem ForbiddenRole(string needed, string held) => new(
        HttpStatusCode.Forbidden,
        "forbidden_role",
        "The caller does not have the role for this.",
        $"It needs the role '{needed}'; the caller has {(held.Length == 0 ? "none" : held)}.");

    public static Problem IdentityNotVerified() => new(
        HttpStatusCode.Forbidden,
        "identity_not_verified",
        "Nobody is signed in.",
        "An approval needs somebody whom the platform's sign-in has verified; a name in the request does not count.");

    public static Problem ReadOnly() => Conflict("read_only", "The app is read-only.", "Nothing can be changed by request while the setting ApiReadOnly is true.");

    public static Problem InvalidFilter(string detail, int? column, string pointer) =>
        Invalid("invalid_filter", "The filter cannot be used.", [new(detail, pointer) { Column = column }]);

    public static Problem FilterTooCostly(string detail) =>
        Invalid("filter_too_costly", "The filter takes too much work.", [new($"{detail} Write paths whole instead of with '..' and '*', or narrow by fields first.", "#")]);

    public static Problem FiltersBusy() => new(
        HttpStatusCode.TooManyRequests,
        "filters_busy",
        "Too many requests look into orders.",
        "Filters with a path read the orders themselves, and only so many requests may do so at the same time; the request can be repeated.");

    public static Problem EmptySelection() => Invalid(
        "empty_selection",
        "The selection names nothing.",
        [new("Say which items by exactly one of 'filter' and 'ids', or say 'all': true; an empty filter does not mean everything.", "#/selection")]);

    public static Problem SelectionTooLarge(int limit) => Invalid(
        "selection_too_large",
        "The selection is too large.",
        [new($"More than {limit} items match, the most that one job takes (setting JobMaxItems); narrow the selection.", "#/selection")]);

    public static Problem InvalidOptions(params IReadOnlyList<ProblemError> errors) =>
        Invalid("invalid_options", "The options of the operation are not valid.", errors);

    public static Problem PreconditionFailed() => new(
        HttpStatusCode.PreconditionFailed,
        "precondition_failed",
        "It has changed since it was read.",
        "The If-Match header names another version than the one there is now; read it again.");

    public static Problem IdempotencyKeyReused(string key) => new(
        HttpStatusCode.UnprocessableEntity,
        "idempotency_key_reused",
        "The idempotency key stands for another request.",
        $"The key '{key}' was given with another body before; take a new key for a new request.");

    public static Problem StorageUnavailable() =>
        new(HttpStatusCode.ServiceUnavailable, "storage_unavailable", "The storage does not answer.", "Whether the request was carried out is not known; it can be repeated, with the same Idempotency-Key where it had one.");

    public static Problem Internal(string invocationId) =>
        new(HttpStatusCode.InternalServerError, "internal_error", "The request failed.", $"The log has the reason under invocation '{invocationId}'.");

    public static void ThrowIfAny(params IEnumerable<ProblemError?> faults)
    {
        if (faults.OfType<ProblemError>().ToList() is { Count: > 0 } found)
        {
            throw new ProblemException(InvalidBody(found));
        }
    }

    private static Problem Invalid(string code, string title, IReadOnlyList<ProblemError> errors) =>
        new(HttpStatusCode.BadRequest, code, title, errors[0].Detail) { Errors = errors };
}

internal static class InputProblems
{
    public static IReadOnlyList<ProblemError> ToErrors(this IReadOnlyList<InputProblem> faults) =>
        [.. faults.Select(fault => new ProblemError($"{Subject(fault.Path)} {fault.Message}.", $"#{fault.Path}"))];

    public static Problem ToProblem(this FilterError error, string pointer) => Problems.InvalidFilter(error.Message, error.Column, pointer);

    private static string Subject(string path) => path.Length == 0 ? "The whole" : $"'{path.TrimStart('/')}'";
}
