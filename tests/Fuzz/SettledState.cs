using System.Text.Json.Nodes;

namespace Fuzz;

/// <summary>What must hold once nothing is under way any more: every order is in one state, and whoever tells of it tells the same.</summary>
internal sealed class SettledState(App app)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly string[] NotFailing = ["pending", "in_progress", "pending_retry", "completed", "cancelled", "dead_letter"];
    private static readonly string[] Open = ["pending", "running", "paused", "cancelling"];

    /// <returns>What does not hold, however long one waits.</returns>
    public async Task<IReadOnlyList<string>> CheckAsync(CancellationToken cancellationToken)
    {
        var began = DateTime.UtcNow;
        while (true)
        {
            IReadOnlyList<string> faults = [.. await FindOpenAsync(cancellationToken)];
            faults = faults.Count > 0 ? faults : await FindDifferencesAsync(cancellationToken);
            if (faults.Count == 0 || DateTime.UtcNow - began > Limit)
            {
                return faults;
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <summary>Cancels what has not ended.</summary>
    private async Task<IReadOnlyList<string>> FindOpenAsync(CancellationToken cancellationToken)
    {
        List<string> open = [];
        foreach (var (list, id) in new[] { ("jobs", "jobId"), ("imports", "importId"), ("exports", "exportId") })
        {
            foreach (var one in (await app.ListAsync($"/api/{list}", cancellationToken)).Where(one => Open.Contains((string)one["state"]!)))
            {
                var path = $"/api/{list}/{(string)one[id]!}";
                await app.PostAsync($"{path}/cancel", new JsonObject { ["requestedBy"] = "fuzz", ["reason"] = "the end" }, cancellationToken);
                open.Add($"{path} is {one["state"]} and does not end");
            }
        }

        return open;
    }

    private async Task<IReadOnlyList<string>> FindDifferencesAsync(CancellationToken cancellationToken)
    {
        List<string> faults = [];
        var exported = await ExportedAsync("/api/exports/orders", cancellationToken);
        var statuses = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var orderId in exported)
        {
            if (!statuses.TryAdd(orderId, (string)(await app.GetAsync($"/api/orders/{Texts.Escape(orderId)}", cancellationToken))!["status"]!))
            {
                faults.Add($"{orderId} is in the export twice");
            }
        }

        foreach (var status in statuses.Values.Distinct())
        {
            var shown = statuses.Where(order => order.Value == status).Select(order => order.Key);
            faults.AddRange(Compare($"orders that are {status}, by themselves and in the export", shown, await ExportedAsync($"/api/exports/orders?status={status}", cancellationToken)));
        }

        var failing = await app.ListAsync("/api/orders?status=failing", cancellationToken);
        faults.AddRange(Compare("failing orders, by themselves and in the list", statuses.Where(order => !NotFailing.Contains(order.Value)).Select(order => order.Key), failing.Select(IdOf)));
        faults.AddRange(Compare("all orders, in the export and in the list", exported, (await app.ListAsync("/api/orders?status=any", cancellationToken)).Select(IdOf)));
        var failed = (await app.GetAsync("/api/statistics/orders", cancellationToken))!;
        faults.AddRange(Compare(
            "counts of failing orders, in the list and in the statistics",
            [$"{failing.Count} orders", .. Counts(failing, "status"), .. Counts(failing, "errorType")],
            [$"{failed["failingCount"]} orders", .. Counts(failed["byFailureStatus"]), .. Counts(failed["byErrorType"])]));

        var entries = await app.ListAsync("/api/dead-letters?resolution=any", cancellationToken);
        var open = entries.Where(entry => entry["resolution"] is null).Select(IdOf).ToList();
        faults.AddRange(Compare("dead letters, in the list and in the export", entries.Select(IdOf), await ExportedAsync("/api/exports/dead-letters?resolution=any", cancellationToken)));
        faults.AddRange(Compare("open dead letters, by their resolution and in the list", open, (await app.ListAsync("/api/dead-letters", cancellationToken)).Select(IdOf)));
        faults.AddRange(open.Where(orderId => statuses.GetValueOrDefault(orderId) != "dead_letter").Select(orderId => $"{orderId} has an open dead letter and is {statuses.GetValueOrDefault(orderId)}"));
        var statistics = (await app.GetAsync("/api/statistics/dead-letters", cancellationToken))!;
        faults.AddRange(Compare(
            "counts of dead letters, in the list and in the statistics",
            [$"{entries.Count} entries", $"{open.Count} open", .. Counts(entries, "finalFailureStatus"), .. Counts(entries.Where(entry => entry["resolution"] is not null), "resolution")],
            [$"{statistics["totalEntries"]} entries", $"{statistics["unresolvedCount"]} open", .. Counts(statistics["byFailureStatus"]), .. Counts(statistics["byResolution"])]));
        return faults;
    }

    private async Task<IReadOnlyList<string>> ExportedAsync(string path, CancellationToken cancellationToken) =>
        [.. (await app.GetTextAsync(path, cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => IdOf(JsonNode.Parse(line)!.AsObject()))];

    private static IEnumerable<string> Compare(string what, IEnumerable<string> one, IEnumerable<string> other)
    {
        var (left, right) = (one.ToList(), other.ToList());
        var differences = left.Except(right).Select(only => $"-{only}").Concat(right.Except(left).Select(only => $"+{only}")).ToList();
        return differences.Count == 0 && left.Count == right.Count ? [] : [$"{what}: {left.Count} and {right.Count}; {string.Join(' ', differences.Take(10))}"];
    }

    private static IEnumerable<string> Counts(IEnumerable<JsonObject> entries, string member) =>
        entries.GroupBy(entry => (string)entry[member]!).Select(group => $"{group.Count()} {group.Key}");

    private static IEnumerable<string> Counts(JsonNode? counts) => counts!.AsObject().Where(count => (int)count.Value! > 0).Select(count => $"{count.Value} {count.Key}");

    private static string IdOf(JsonObject entry) => (string)entry["orderId"]!;
}
