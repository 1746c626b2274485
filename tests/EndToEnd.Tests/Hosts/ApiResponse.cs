using System.Net;
using System.Text.Json;

namespace EndToEnd.Tests.Hosts;

/// <summary>An HTTP answer, read to its end.</summary>
internal sealed record ApiResponse(HttpStatusCode Status, string? ContentType, Uri? Location, string Text)
{
    public string? ETag { get; init; }

    public Uri? OperationLocation { get; init; }

    /// <summary>Of the platform's lists: where the next page begins.</summary>
    public string? ContinuationToken { get; init; }

    private static readonly JsonElement None = JsonDocument.Parse("null").RootElement;

    public JsonElement Json { get; } = ContentType is "application/json" or "application/problem+json" && Text.Length > 0
        ? JsonDocument.Parse(Text).RootElement
        : None;

    public static async Task<ApiResponse> ReadAsync(HttpResponseMessage response) => new(
        response.StatusCode,
        response.Content.Headers.ContentType?.MediaType,
        response.Headers.Location,
        await response.Content.ReadAsStringAsync())
    {
        ETag = response.Headers.ETag?.ToString(),
        ContinuationToken = response.Headers.TryGetValues("x-ms-continuation-token", out var tokens) ? tokens.SingleOrDefault(token => token.Length > 0) : null,
        OperationLocation = response.Headers.TryGetValues("Operation-Location", out var values) ? new Uri(values.Single(), UriKind.RelativeOrAbsolute) : null,
    };

    public ApiResponse Expect(HttpStatusCode status)
    {
        Assert.True(Status == status, $"Expected {(int)status}, got {(int)Status}: {Text}");
        return this;
    }

    /// <summary>Expects problem details with this code.</summary>
    public ApiResponse ExpectProblem(HttpStatusCode status, string code)
    {
        Expect(status);
        Assert.Equal("application/problem+json", ContentType);
        Assert.Equal(code, Json.Text("code"));
        return this;
    }
}
