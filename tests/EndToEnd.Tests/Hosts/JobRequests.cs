using System.Net;
using System.Text.Json;
using EndToEnd.Tests.Waiting;

namespace EndToEnd.Tests.Hosts;

/// <summary>Plans, jobs and dead letters as operators ask for them.</summary>
internal static class JobRequests
{
    public const string Operator = "dana";

    /// <summary>As whom the app records it: nobody is signed in.</summary>
    public const string Recorded = "dana (claimed)";

    private static readonly string[] Ended = ["canceled", "succeeded", "completed_with_failures", "completed_with_skips", "failed"];
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    public static object All { get; } = new { all = true };

    /// <summary>Says nothing of waiting.</summary>
    public static bool? ByItself => null;

    public static object Filter(string filter) => new { filter };

    /// <summary>A plan of a retry, which must be made; a large one is waited for.</summary>
    public static async Task<JsonElement> PlanRetryAsync(this AppClient client, object selection, object? options = null)
    {
        var made = await client.PlanAsync("retry", selection, options);
        return made.Status == HttpStatusCode.Created ? made.Json : await client.WaitForPlanAsync(made.Expect(HttpStatusCode.Accepted).Json.Text("planId")!);
    }

    /// <summary>The plan once it is no longer being prepared.</summary>
    public static async Task<JsonElement> WaitForPlanAsync(this AppClient client, string planId)
    {
        var answer = await Eventually.GetAsync(
            async () => (await client.GetAsync($"/api/plans/{planId}")).Expect(HttpStatusCode.OK) is var plan && plan.Json.Text("state") != "preparing" ? plan : null,
            Limit,
            () => client.Log,
            TimeSpan.FromMilliseconds(100));
        return answer.Json;
    }

    public static Task<ApiResponse> PlanAsync(this AppClient client, string operation, object selection, object? options = null) =>
        client.PostAsync("/api/plans", new { operation, selection, options = options ?? new { }, requestedBy = Operator });

    /// <summary>Applies a plan. What becomes of its orders is waited for only where the story says so: most are about what the job itself does.</summary>
    /// <param name="job">Further members, as <c>pace</c>; <see cref="ByItself"/> leaves the waiting to the app.</param>
    public static Task<ApiResponse> ApplyAsync(this AppClient client, string planId, object? job = null) =>
        client.PostAsync("/api/jobs", With(new { planId, reason = "The shelves are full again.", requestedBy = Operator, waitForOutcome = false }, job));

    /// <summary>Plans and applies a retry.</summary>
    /// <returns>The job's id.</returns>
    public static async Task<string> RetryAsync(this AppClient client, object selection, object? job = null, object? options = null)
    {
        var plan = await client.PlanRetryAsync(selection, options);
        var started = (await client.ApplyAsync(plan.Text("planId")!, job)).Expect(HttpStatusCode.Accepted);
        return started.Json.Text("jobId")!;
    }

    /// <summary>Items that have come to an end, as the job says now.</summary>
    public static int Processed(this JsonElement job) =>
        job.TryGetProperty("progress", out var progress) ? progress.Number("processed") : job.At("counts").Number("found");

    public static async Task<JsonElement> GetJobAsync(this AppClient client, string jobId) =>
        (await client.GetAsync($"/api/jobs/{jobId}")).Expect(HttpStatusCode.OK).Json;

    /// <summary>The job once it has ended.</summary>
    public static Task<JsonElement> WaitForJobAsync(this AppClient client, string jobId, TimeSpan? limit = null) =>
        client.WaitForJobAsync(jobId, job => Ended.Contains(job.Text("state")), limit);

    public static Task<JsonElement> WaitForJobStateAsync(this AppClient client, string jobId, string state) =>
        client.WaitForJobAsync(jobId, job => job.Text("state") == state);

    /// <summary>The job once it is paused and what it had begun has ended.</summary>
    public static Task<JsonElement> WaitForRestAsync(this AppClient client, string jobId) =>
        client.WaitForJobAsync(jobId, job => job.Text("state") == "paused" && job.At("progress").Number("underWay") == 0);

    public static async Task<JsonElement> WaitForJobAsync(
        this AppClient client, string jobId, Func<JsonElement, bool> condition, TimeSpan? limit = null, TimeSpan? pause = null)
    {
        var last = string.Empty;
        var answer = await Eventually.GetAsync(
            async () =>
            {
                var job = (await client.GetAsync($"/api/jobs/{jobId}")).Expect(HttpStatusCode.OK);
                last = job.Text;
                return condition(job.Json) ? job : null;
            },
            limit ?? Limit,
            () => $"{last}{Environment.NewLine}{client.Log}",
            pause ?? TimeSpan.FromMilliseconds(100));
        return answer.Json;
    }

    public static Task<ApiResponse> PauseAsync(this AppClient client, string jobId) => client.ControlAsync(jobId, "pause");

    public static Task<ApiResponse> ResumeAsync(this AppClient client, string jobId) => client.ControlAsync(jobId, "resume");

    public static Task<ApiResponse> CancelAsync(this AppClient client, string jobId) => client.ControlAsync(jobId, "cancel");

    public static Task<ApiResponse> SetPaceAsync(this AppClient client, string jobId, object pace) =>
        client.SendJsonAsync(HttpMethod.Patch, $"/api/jobs/{jobId}/pace", With(new { requestedBy = Operator }, pace));

    /// <summary>Every item of a job, page by page.</summary>
    public static Task<IReadOnlyList<JsonElement>> ReadItemsAsync(this AppClient client, string jobId, string? state = null) =>
        client.ReadAllAsync($"/api/jobs/{jobId}/items?pageSize=200{(state is null ? string.Empty : $"&state={state}")}");

    public static Task<IReadOnlyList<JsonElement>> ReadPlanItemsAsync(this AppClient client, string planId, string? state = null) =>
        client.ReadAllAsync($"/api/plans/{planId}/items?pageSize=200{(state is null ? string.Empty : $"&state={state}")}");

    public static Task<IReadOnlyList<JsonElement>> ReadDeadLettersAsync(
        this AppClient client, string? filter = null, string? resolution = null)
    {
        var query = filter is null ? string.Empty : $"&filter={Uri.EscapeDataString(filter)}";
        query += resolution is null ? string.Empty : $"&resolution={resolution}";
        return client.ReadAllAsync($"/api/dead-letters?pageSize=100{query}");
    }

    /// <summary>A list to its last page.</summary>
    public static async Task<IReadOnlyList<JsonElement>> ReadAllAsync(this AppClient client, string list)
    {
        List<JsonElement> items = [];
        for (string? token = null; ;)
        {
            var page = (await client.GetAsync(token is null ? list : $"{list}&pageToken={Uri.EscapeDataString(token)}")).Expect(HttpStatusCode.OK).Json;
            items.AddRange(page.At("items").EnumerateArray());
            token = page.TextOrNull("nextPageToken");
            if (token is null)
            {
                return items;
            }
        }
    }

    public static Task<ApiResponse> ResolveAsync(this AppClient client, string orderId, string resolution, object? further = null) =>
        client.PostAsync($"/api/dead-letters/{Uri.EscapeDataString(orderId)}/resolve", With(new { resolution, resolvedBy = Operator }, further));

    private static Task<ApiResponse> ControlAsync(this AppClient client, string jobId, string demand) =>
        client.PostAsync($"/api/jobs/{jobId}/{demand}", new { requestedBy = Operator, reason = $"A story wants to {demand}." });

    /// <summary>The members of both.</summary>
    private static Dictionary<string, object?> With(object body, object? further) =>
        new object?[] { body, further }
            .OfType<object>()
            .SelectMany(part => part.GetType().GetProperties().Select(member => (member.Name, Value: member.GetValue(part))))
            .GroupBy(member => member.Name)
            .ToDictionary(member => member.Key, member => member.Last().Value);
}
