using System.Net;
using System.Text.Json;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Waiting;

namespace EndToEnd.Tests.Exports;

/// <summary>Exports as callers of the API make them.</summary>
internal static class ExportClient
{
    private static readonly string[] Ended = ["completed", "completed_with_skips", "failed", "canceled"];

    public static async Task<string> StartExportAsync(this AppClient client, string format = "jsonl", string? status = null)
    {
        var started = (await client.PostAsync("/api/exports", new { format, status, requestedBy = "ops" })).Expect(HttpStatusCode.Accepted);
        var exportId = started.Json.Text("exportId")!;
        Assert.Equal($"/api/exports/{exportId}", started.Location?.ToString());
        return exportId;
    }

    /// <summary>From the request to its end.</summary>
    public static async Task<JsonElement> ExportAsync(this AppClient client, string format = "jsonl", string? status = null) =>
        await client.WaitForExportAsync(await client.StartExportAsync(format, status));

    public static async Task<JsonElement> WaitForExportAsync(this AppClient client, string exportId, TimeSpan? limit = null)
    {
        var last = string.Empty;
        var answer = await Eventually.GetAsync(
            async () =>
            {
                var export = (await client.GetAsync($"/api/exports/{exportId}")).Expect(HttpStatusCode.OK);
                last = export.Text;
                return Ended.Contains(export.Json.Text("state")) ? export : null;
            },
            limit,
            () => last);
        return answer.Json;
    }

    public static Task<ApiResponse> ContentAsync(this AppClient client, JsonElement export, string? range = null, int? part = null) => client.SendAsync(
        HttpMethod.Get,
        $"{export.TextOrNull("contentPath") ?? $"/api/exports/{export.Text("exportId")}/content"}{(part is null ? null : $"?part={part}")}",
        headers: range is null ? [] : [("Range", range)]);

    public static (int Records, int Skipped) ExportCounts(this JsonElement export) => (export.At("counts").Number("records"), export.At("counts").Number("skipped"));
}
