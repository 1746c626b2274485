namespace Reprocessing.Functions.Http;

/// <summary>JSON responses. Not by <c>WriteAsJsonAsync</c>, whose overloads differ between worker releases in how they set the status code.</summary>
internal static class HttpResponses
{
    public static Task<HttpResponseData> OkAsync<T>(this HttpRequestData request, T body, CancellationToken cancellationToken) =>
        request.RespondAsync(HttpStatusCode.OK, body, cancellationToken);

    public static Task<HttpResponseData> RespondAsync<T>(
        this HttpRequestData request, HttpStatusCode status, T body, CancellationToken cancellationToken, string? location = null) =>
        request.RespondAsync(status, body, location is null ? [] : [("Location", location)], cancellationToken);

    public static async Task<HttpResponseData> RespondAsync<T>(
        this HttpRequestData request,
        HttpStatusCode status,
        T body,
        IReadOnlyList<(string Name, string Value)> headers,
        CancellationToken cancellationToken)
    {
        var response = request.CreateResponse(status);
        foreach (var (name, value) in headers)
        {
            response.Headers.Add(name, value);
        }

        await response.WriteBodyAsync(body, "application/json; charset=utf-8", cancellationToken);
        return response;
    }

    public static async Task<HttpResponseData> ProblemAsync(this HttpRequestData request, Problem problem, CancellationToken cancellationToken)
    {
        var response = request.CreateResponse(problem.Status);
        var body = new ProblemBody(
            ProblemCatalog.Path(problem.Code),
            problem.Title,
            (int)problem.Status,
            problem.Detail,
            request.Url.AbsolutePath,
            problem.Code,
            problem.Errors.Count == 0 ? null : problem.Errors,
            problem.Links?.ToDictionary(link => link.Key, link => request.LinkTo(link.Value)));
        if (problem.Status is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests)
        {
            response.Headers.Add("Retry-After", "5");
        }

        await response.WriteBodyAsync(body, "application/problem+json; charset=utf-8", cancellationToken);
        return response;
    }

    /// <summary>At the public address of the settings; without one a path, as a caller, or whoever stands between, can write anything into the Host header.</summary>
    public static string LinkTo(this HttpRequestData request, string path) =>
        ApiOptions.Of(request).PublicUrl is { } address
            ? address.GetLeftPart(UriPartial.Path).TrimEnd('/') + path
            : path;

    private static async Task WriteBodyAsync<T>(this HttpResponseData response, T body, string contentType, CancellationToken cancellationToken)
    {
        response.Headers.Add("Content-Type", contentType);
        response.Headers.Add("X-Content-Type-Options", "nosniff");
        await response.WriteBytesAsync(JsonSerializer.SerializeToUtf8Bytes(body, AppJson.Responses), cancellationToken);
    }
}

internal sealed record ProblemBody(
    string Type,
    string Title,
    int Status,
    string? Detail,
    string Instance,
    string Code,
    IReadOnlyList<ProblemError>? Errors,
    IReadOnlyDictionary<string, string>? Links);

internal sealed class ApiOptions
{
    public Uri? PublicUrl { get; set; }

    public bool ReadOnly { get; set; }

    public static ApiOptions Of(HttpRequestData request) => request.FunctionContext.InstanceServices.GetRequiredService<IOptions<ApiOptions>>().Value;
}

internal static class StoredJson
{
    public static JsonElement? Read(string? json) => json is null ? null : JsonElement.Parse(json);
}
