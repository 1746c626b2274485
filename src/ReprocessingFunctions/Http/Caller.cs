namespace ReprocessingFunctions.Http;

/// <summary>Who makes a request. The name in the body takes precedence over the platform's sign-in: a tool that acts for a person signs in as itself.</summary>
internal static class Caller
{
    public const int MaxLength = 200;

    /// <summary>Set by the platform's authentication, which removes it from requests that come from outside.</summary>
    public const string PrincipalHeader = "x-ms-client-principal-name";

    public static (string Name, ProblemError? Fault) Read(HttpRequestData request, string? fromBody, string member = "requestedBy")
    {
        var name = fromBody ?? Principal(request);
        return name is null
            ? (string.Empty, new($"'{member}' is needed: the name of whoever asks for this.", $"#/{member}"))
            : (name, Texts.Required(name, member, MaxLength));
    }

    private static string? Principal(HttpRequestData request) =>
        request.Headers.TryGetValues(PrincipalHeader, out var values) && values.FirstOrDefault() is { Length: > 0 } name ? name : null;
}

/// <summary>Checks texts that people write into bodies: reasons, notes, names.</summary>
internal static class Texts
{
    public const int MaxLength = 1000;

    /// <param name="member">Its name, at the top of the body.</param>
    public static ProblemError? Required(string? text, string member, int max = MaxLength) =>
        string.IsNullOrWhiteSpace(text) ? new($"'{member}' is needed and must not be blank.", $"#/{member}")
        : text.Length > max ? new($"'{member}' must have at most {max} characters, has {text.Length}.", $"#/{member}")
        : null;

    public static ProblemError? Optional(string? text, string member) => text is null ? null : Required(text, member);
}

/// <summary>Who cancels something, and why.</summary>
internal sealed record CancelBody
{
    public string? RequestedBy { get; init; }

    public string? Reason { get; init; }

    public static async Task<(string By, string? Reason)> ReadAsync(HttpRequestData request, CancellationToken cancellationToken)
    {
        var body = await request.ReadOptionalBodyAsync(new CancelBody(), cancellationToken);
        var (caller, fault) = Caller.Read(request, body.RequestedBy);
        Problems.ThrowIfAny(fault, Texts.Optional(body.Reason, "reason"));
        return (caller, body.Reason);
    }
}
