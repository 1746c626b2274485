using System.Net;
using System.Text.Json;

namespace EndToEnd.Tests.Hosts;

/// <summary>An HTTP answer, read to its end.</summary>
internal sealed record Answer(HttpStatusCode Status, string? ContentType, Uri? Location, string Text)
{
    private static readonly JsonElement None = JsonDocument.Parse("null").RootElement;

    public JsonElement Json { get; } = ContentType?.Contains("json", StringComparison.Ordinal) == true && Text.Length > 0
        ? JsonDocument.Parse(Text).RootElement
        : None;

    public static async Task<Answer> ReadAsync(HttpResponseMessage response) => new(
        response.StatusCode,
        response.Content.Headers.ContentType?.MediaType,
        response.Headers.Location,
        await response.Content.ReadAsStringAsync());

    public Answer Expect(HttpStatusCode status)
    {
        Assert.True(Status == status, $"Expected {(int)status}, got {(int)Status}: {Text}");
        return this;
    }
}
