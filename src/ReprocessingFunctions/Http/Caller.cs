namespace ReprocessingFunctions.Http;

/// <summary>
/// Who makes a request: whom the platform has signed in, and without a sign-in whom the request names, marked as a claim. Whatever records a person
/// records this name, so that a claimed one is never taken for a verified one.
/// </summary>
internal static class Caller
{
    /// <summary>Set by the platform's sign-in, which removes it from requests that come from outside.</summary>
    public const string PrincipalHeader = "x-ms-client-principal-name";

    /// <summary>An application that signs in by a token of its own has an id and no name.</summary>
    private const string PrincipalIdHeader = "x-ms-client-principal-id";

    /// <summary>Set by the platform where its sign-in is on. Where it is off nothing removes the headers, and anybody can send them.</summary>
    private const string SignInIsOn = "WEBSITE_AUTH_ENABLED";

    /// <param name="claimed">A member with <see cref="CallerAttribute"/>, so that there is one of the two.</param>
    public static string Of(HttpRequestData request, string? claimed) => Find(request, claimed)!;

    /// <summary>Null when nobody is signed in and nobody is named.</summary>
    public static string? Find(HttpRequestData request, string? claimed) =>
        Principal(request) ?? (claimed is null ? null : CallerNames.Claimed(claimed));

    /// <summary>Null when nobody is signed in.</summary>
    public static string? Principal(HttpRequestData request) =>
        bool.TryParse(request.FunctionContext.InstanceServices.GetRequiredService<IConfiguration>()[SignInIsOn], out var isOn) && isOn
            ? Header(request, PrincipalHeader) ?? Header(request, PrincipalIdHeader)
            : null;

    private static string? Header(HttpRequestData request, string name) =>
        request.Headers.TryGetValues(name, out var values) && values.FirstOrDefault() is { Length: > 0 } value ? value : null;
}

/// <summary>The member of a body that names the caller. Needed unless the platform's sign-in does, beside which it can name nobody else.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class CallerAttribute() : TextAttribute(longest: 200)
{
    public bool IsOptional { get; init; }

    public override bool IsValid(object? value) => (value is not null || IsOptional) && base.IsValid(value);
}

/// <summary>Who cancels something, and why.</summary>
internal sealed record CancelBody
{
    [Caller]
    public string? RequestedBy { get; init; }

    [Text]
    public string? Reason { get; init; }
}
