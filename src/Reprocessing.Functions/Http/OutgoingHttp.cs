namespace Reprocessing.Functions.Http;

/// <summary>The app's only HTTP client: no redirects, checked addresses, bounded answers, and no log: an address may hold a key, a body tell of a customer.</summary>
internal sealed class OutgoingHttp(IHttpClientFactory clients, TimeProvider time)
{
    /// <summary>Of the body of a refusal. What follows is not read: a reason stands at the beginning.</summary>
    public const int MaxRefusalBytes = 16 * 1024;

    public async Task<OutgoingReply> SendAsync(
        string who, HttpRequestMessage request, TimeSpan timeout, int maxBytes, CancellationToken cancellationToken)
    {
        if (OutgoingAddressAttribute.FaultOf(request.RequestUri) is { } fault)
        {
            return new($"{who} is not called: its address {fault}.") { IsAddressRefused = true };
        }

        try
        {
            return await TimeLimit.RunAsync(timeout, time, token => ExchangeAsync(who, request, maxBytes, token), cancellationToken);
        }
        catch (TimeLimitException e)
        {
            return new($"{who} did not answer within {timeout}.") { Fault = e };
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // The exception's message holds the host's name; the kind of fault is enough.
            var kind = (e as HttpRequestException)?.HttpRequestError ?? (e as HttpIOException)?.HttpRequestError ?? HttpRequestError.Unknown;
            return new($"{who} could not be reached: {kind}.") { Fault = e };
        }
    }

    internal static SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };

    private async Task<OutgoingReply> ExchangeAsync(string who, HttpRequestMessage request, int maxBytes, CancellationToken cancellationToken)
    {
        using var http = clients.CreateClient(nameof(OutgoingHttp));
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        var isRedirect = (int)response.StatusCode is >= 300 and < 400;
        var reply = new OutgoingReply($"{who} answered {(int)response.StatusCode}{(isRedirect ? ", a redirect, which is not followed" : string.Empty)}.")
        {
            Status = response.StatusCode,
            RetryAfter = response.Headers.RetryAfter is { } after ? after.Delta ?? after.Date - time.GetUtcNow() : null,
        };
        if (!response.IsSuccessStatusCode)
        {
            var said = isRedirect ? default : await ReadAsync(response.Content, MaxRefusalBytes, cancellationToken);
            return reply with { Said = FailureDetails.Read(said.Span[..Math.Min(said.Length, MaxRefusalBytes)]) };
        }

        var body = maxBytes == 0 ? default : await ReadAsync(response.Content, maxBytes, cancellationToken);
        return body.Length <= maxBytes ? reply with { Body = body } : reply with { Status = null, Reason = $"{who} answered more than {maxBytes} bytes." };
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContent content, int maxBytes, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        return await stream.ReadUpToAsync(maxBytes, cancellationToken);
    }
}

internal sealed record OutgoingReply(string Reason)
{
    public HttpStatusCode? Status { get; init; }

    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>What a refusal says of itself: for whoever reads the failure, not for logs.</summary>
    public FailureDetails Said { get; init; } = FailureDetails.None;

    public TimeSpan? RetryAfter { get; init; }

    public Exception? Fault { get; init; }

    public bool IsAddressRefused { get; init; }

    public bool IsSuccess => Status is >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices;
}

/// <summary>The rule for every address that the app calls: https, or http to this machine, without a user. Checked at start and before each use.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OutgoingAddressAttribute : ValidationAttribute
{
    public static string? FaultOf(Uri? address) =>
        address is not { IsAbsoluteUri: true } || (address.Scheme != Uri.UriSchemeHttps && !(address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
            ? "must be an https address, or http to this machine"
        : address.UserInfo.Length > 0 ? "must not hold a user or a password"
        : null;

    /// <returns>Null when the values would change more than their own <c>{places}</c>: the host, or the way there.</returns>
    public static Uri? Fill(string template, params IEnumerable<(string Place, string Value)> values)
    {
        var (plain, filled) = (template, template);
        foreach (var (place, value) in values)
        {
            plain = plain.Replace($"{{{place}}}", "x", StringComparison.Ordinal);
            filled = filled.Replace($"{{{place}}}", Uri.EscapeDataString(value), StringComparison.Ordinal);
        }

        return Uri.TryCreate(plain, UriKind.Absolute, out var expected)
            && Uri.TryCreate(filled, UriKind.Absolute, out var address)
            && address.Authority == expected.Authority
            && address.Segments.Length == expected.Segments.Length
                ? address
                : null;
    }

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        var text = (value as Uri)?.OriginalString ?? value as string;
        var fault = string.IsNullOrEmpty(text) ? null
            : text.Split('/', 4) is [_, _, var authority, ..] && authority.Contains('{', StringComparison.Ordinal) ? "must name its host itself"
            : FaultOf(Uri.TryCreate(text, UriKind.Absolute, out var address) ? address : null);
        return fault is null ? null : new($"{fault}.", [validationContext.MemberName!]);
    }
}
