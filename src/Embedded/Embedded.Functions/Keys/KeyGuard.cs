using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Embedded.Functions.Keys;

/// <summary>Asks callers for a key, unless the host is a developer's own.</summary>
internal sealed class KeyGuard(bool isLocalDevelopment)
{
    private const string Header = "x-functions-key";
    private const string Query = "code";

    /// <summary>Known once the host has read its storage; until then nobody is let in.</summary>
    public HostKeys? Keys { get; set; }

    public bool IsOn => !isLocalDevelopment;

    /// <summary>The query that opens the durable management API; it is part of every link to it.</summary>
    public string? DurableQuery => Keys is { } keys ? $"{Query}={keys.DurableExtension}" : null;

    public bool Allows(HttpRequest request, AuthorizationLevel level, string? function = null)
    {
        if (!IsOn || level == AuthorizationLevel.Anonymous)
        {
            return true;
        }

        var presented = request.Headers[Header].ToString() is { Length: > 0 } header ? header : request.Query[Query].ToString();
        return presented.Length > 0 && Keys?.Open(presented, level, function) == true;
    }

    public static void Refuse(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status401Unauthorized;
        response.Headers.WWWAuthenticate = "Bearer";
        response.ContentLength = 0;
    }
}
