namespace Reprocessing.Functions.Http;

/// <summary>Whom the platform has signed in, or else whom the request names, marked as a claim, so that a claimed name is never taken for a verified one.</summary>
internal static class Caller
{
    /// <summary>Set by the platform's sign-in, which removes it from requests that come from outside.</summary>
    public const string PrincipalHeader = "x-ms-client-principal-name";

    public const string ClaimsHeader = "x-ms-client-principal";

    /// <summary>An application that signs in by a token of its own has an id and no name.</summary>
    private const string PrincipalIdHeader = "x-ms-client-principal-id";

    /// <summary>Set by the platform where its sign-in is on. Where it is off nothing removes the headers, and anybody can send them.</summary>
    private const string SignInIsOn = "WEBSITE_AUTH_ENABLED";

    public static string Of(HttpRequestData request, string? claimed) => Find(request, claimed)!;

    public static string? Find(HttpRequestData request, string? claimed) =>
        Principal(request) ?? (claimed is null ? null : CallerNames.Claimed(claimed));

    public static string? Principal(HttpRequestData request) =>
        bool.TryParse(request.FunctionContext.InstanceServices.GetRequiredService<IConfiguration>()[SignInIsOn], out var isOn) && isOn
            ? Header(request, PrincipalHeader) ?? Header(request, PrincipalIdHeader)
            : null;

    public static IReadOnlyList<Role>? Roles(HttpRequestData request) => Principal(request) is null ? null : ReadRoles(Header(request, ClaimsHeader));

    /// <summary>Null when the caller may do what needs the role. Who calls by a key alone may do all that needs no verified identity.</summary>
    public static Problem? Refuse(HttpRequestData request, Role needed) => (needed, Roles(request)) switch
    {
        (Role.None, _) => null,
        (Role.Approver, null) => Problems.IdentityNotVerified(),
        (_, null) => null,
        (_, var held) when held.Contains(needed) || held.Contains(Role.Admin) || (needed == Role.Viewer && held.Count > 0) => null,
        (_, var held) => Problems.ForbiddenRole(EnumNames.Of(needed), string.Join(", ", held.Select(EnumNames.Of))),
    };

    private static string? Header(HttpRequestData request, string name) =>
        request.Headers.TryGetValues(name, out var values) && values.FirstOrDefault() is { Length: > 0 } value ? value : null;

    /// <summary>Claims that cannot be read are no roles.</summary>
    private static IReadOnlyList<Role> ReadRoles(string? claims)
    {
        try
        {
            var principal = JsonSerializer.Deserialize<ClientPrincipal>(Convert.FromBase64String(claims ?? string.Empty), AppJson.Worker);
            return
            [
                .. (principal?.Claims ?? [])
                    .Where(claim => claim.Typ is "roles" or ClaimTypes.Role)
                    .Select(claim => EnumNames.TryParse<Role>(claim.Val, out var role) ? role : Role.None)
                    .Where(role => role != Role.None)
                    .Distinct()
                    .Order(),
            ];
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return [];
        }
    }

    private sealed record ClientPrincipal(IReadOnlyList<ClientClaim>? Claims = null);

    private readonly record struct ClientClaim(string? Typ, string? Val);
}

/// <summary>The app roles of the sign-in (infra/azure/sign-in.json). An approver starts nothing and an operator approves nothing: one person needs both, or admin.</summary>
[JsonConverter(typeof(EnumNameConverter<Role>))]
internal enum Role
{
    None,
    Viewer,
    Operator,
    Approver,
    Admin,
}

internal sealed class CallerFunctions(IOptions<ApiOptions> options)
{
    [Function(nameof(GetMe))]
    [Endpoint("identity", "Who the caller is and what the caller may do.", Role = Role.None)]
    [Response(200, "Done.", typeof(MeResponse))]
    public Task<HttpResponseData> GetMe(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/me")] HttpRequestData request, CancellationToken cancellationToken)
    {
        var name = Caller.Principal(request);
        return request.OkAsync(new MeResponse(name, name is not null, Caller.Roles(request) ?? [], options.Value.ReadOnly), cancellationToken);
    }
}

internal sealed record MeResponse(
    [property: Description("Absent when nobody is signed in: whom a request then names is recorded as claimed.")] string? Name,
    bool Verified,
    [property: Description("Of who is signed in. A caller by key alone has none and needs none, except for approvals, which need a verified identity.")] IReadOnlyList<Role> Roles,
    [property: Description("Operations that change something are refused.")] bool ReadOnly);

/// <summary>The member of a body that names the caller. Needed unless the platform's sign-in does, beside which it can name nobody else.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class CallerAttribute() : TextAttribute(longest: 200)
{
    public bool IsOptional { get; init; }

    public override bool IsValid(object? value) => (value is not null || IsOptional) && base.IsValid(value);
}

internal sealed record CancelBody
{
    [Caller]
    public string? RequestedBy { get; init; }

    [Text]
    public string? Reason { get; init; }
}
