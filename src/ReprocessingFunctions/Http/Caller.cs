namespace ReprocessingFunctions.Http;

/// <summary>Who makes a request. The name in the body takes precedence over the platform's sign-in: a tool that acts for a person signs in as itself.</summary>
internal static class Caller
{
    /// <summary>Set by the platform's authentication, which removes it from requests that come from outside.</summary>
    public const string PrincipalHeader = "x-ms-client-principal-name";

    /// <param name="fromBody">A member with <see cref="CallerAttribute"/>, so that there is one of the two.</param>
    public static string Of(HttpRequestData request, string? fromBody) => fromBody ?? Principal(request)!;

    public static string? Principal(HttpRequestData request) =>
        request.Headers.TryGetValues(PrincipalHeader, out var values) && values.FirstOrDefault() is { Length: > 0 } name ? name : null;
}

/// <summary>The member of a body that names the caller; needed unless the platform's sign-in does.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class CallerAttribute() : TextAttribute(longest: 200)
{
    public override bool IsValid(object? value) => value is not null && base.IsValid(value);
}

/// <summary>Who cancels something, and why.</summary>
internal sealed record CancelBody
{
    [Caller]
    public string? RequestedBy { get; init; }

    [Text]
    public string? Reason { get; init; }
}
