using Microsoft.Azure.Functions.Worker.Http;

namespace ReprocessingFunctions.Http;

/// <summary>
/// Who asks. What the body says goes before the platform's sign-in: a tool that acts for somebody signs in as itself.
/// </summary>
internal static class Requester
{
    public const int MaxLength = 200;

    /// <summary>Set by the platform's authentication, which takes it out of requests from outside.</summary>
    public const string PrincipalHeader = "x-ms-client-principal-name";

    /// <param name="member">What the body calls it.</param>
    public static (string Name, ProblemError? Fault) Read(HttpRequestData request, string? fromBody, string member = "requestedBy")
    {
        var name = fromBody ?? Principal(request);
        return name is null
            ? (string.Empty, new($"'{member}' is needed: the name of whoever asks for this.", $"#/{member}"))
            : (name, BodyText.Fault(name, member, MaxLength));
    }

    private static string? Principal(HttpRequestData request) =>
        request.Headers.TryGetValues(PrincipalHeader, out var values) && values.FirstOrDefault() is { Length: > 0 } name ? name : null;
}
