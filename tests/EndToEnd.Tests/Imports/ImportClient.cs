using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Waiting;

namespace EndToEnd.Tests.Imports;

/// <summary>Imports as callers of the API make them.</summary>
internal static class ImportClient
{
    private static readonly string[] Ended = ["completed", "completed_with_rejects", "failed", "canceled"];

    public static Task<ApiResponse> UploadAsync(
        this AppClient client, string text, string mode = "elsewhere", string type = "text/csv", string? key = null)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        if (key is not null)
        {
            content.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        return client.SendAsync(HttpMethod.Post, $"/api/imports?mode={mode}", content);
    }

    /// <summary>From the upload to its end.</summary>
    public static async Task<JsonElement> ImportAsync(
        this AppClient client, string text, string mode = "elsewhere", string type = "text/csv")
    {
        var started = (await client.UploadAsync(text, mode, type)).Expect(HttpStatusCode.Accepted);
        Assert.Equal($"/api/imports/{started.Json.Text("importId")}", started.Location?.ToString());
        return await client.WaitForImportAsync(started.Json.Text("importId")!);
    }

    public static async Task<JsonElement> WaitForImportAsync(this AppClient client, string importId, TimeSpan? limit = null)
    {
        var last = string.Empty;
        var answer = await Eventually.GetAsync(
            async () =>
            {
                var import = (await client.GetAsync($"/api/imports/{importId}")).Expect(HttpStatusCode.OK);
                last = import.Text;
                return Ended.Contains(import.Json.Text("state")) ? import : null;
            },
            limit,
            () => last);
        return answer.Json;
    }

    /// <summary>All of them, by pages.</summary>
    public static async Task<IReadOnlyList<JsonElement>> RejectedAsync(this AppClient client, string importId, int pageSize = 20)
    {
        List<JsonElement> all = [];
        string? token = null;
        do
        {
            var page = (await client.GetAsync($"/api/imports/{importId}/rejected?pageSize={pageSize}{(token is null ? null : $"&pageToken={token}")}"))
                .Expect(HttpStatusCode.OK);
            all.AddRange(page.Json.At("items").EnumerateArray());
            token = page.Json.TryGetProperty("nextPageToken", out var next) ? next.GetString() : null;
        }
        while (token is not null);

        return all;
    }

    public static (int Read, int Stored, int AlreadyThere, int Rejected) Counts(this JsonElement import)
    {
        var counts = import.At("counts");
        return (counts.Number("read"), counts.Number("stored"), counts.Number("alreadyThere"), counts.Number("rejected"));
    }
}
