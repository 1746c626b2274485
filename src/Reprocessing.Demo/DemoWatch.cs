using System.Globalization;
using System.Text.Json;

namespace Reprocessing.Demo;

/// <summary>Sends the orders and keeps count of them by asking the app.</summary>
internal sealed class DemoWatch(AppClient client, DemoOptions options, TimeProvider clock)
{
    private const int SendersAtOnce = 8;
    private static readonly string[] Final = ["completed", "dead_letter"];
    private readonly OrderFactory _factory = new(clock.GetUtcNow().ToString("MMddHHmmss", CultureInfo.InvariantCulture));
    private readonly Dictionary<int, string> _status = [];
    private int _sent;

    public DemoState State { get; private set; } = new(options.Orders);

    /// <summary>Every order that came in is completed or dead-lettered.</summary>
    public bool IsSettled => _status.Count == options.Orders && _status.Values.All(Final.Contains);

    public Task SendAsync(CancellationToken stop) => Parallel.ForAsync(
        0,
        options.Orders,
        new ParallelOptions { MaxDegreeOfParallelism = SendersAtOnce, CancellationToken = stop },
        async (number, cancellationToken) =>
        {
            await client.SendOrderAsync(_factory.Create(number, clock.GetUtcNow()), cancellationToken);
            Interlocked.Increment(ref _sent);
        });

    public async Task<DemoState> PollAsync(CancellationToken stop)
    {
        // Orders are sent in their order, give or take the senders at once: only those surely there are asked for.
        for (var number = 0; number < Volatile.Read(ref _sent) - SendersAtOnce || (_sent == options.Orders && number < _sent); number++)
        {
            if (!_status.TryGetValue(number, out var known) || !Final.Contains(known))
            {
                _status[number] = await client.GetOrderStatusAsync(_factory.Id(number), stop);
            }
        }

        var runs = await client.GetRunsAsync(stop);
        return State = new DemoState(options.Orders)
        {
            Sent = _sent,
            ByStatus = [.. _status.Values.CountBy(status => status).OrderBy(pair => pair.Key, StringComparer.Ordinal)],
            CurrentRun = runs.Count == 0 ? Describe(null) : Describe(await client.GetRunAsync(runs[0].RunId, stop)),
            Runs = runs,
            Links = Links(),
        };
    }

    private static List<KeyValuePair<string, string>> Describe(JsonElement? run)
    {
        if (run is not { } current)
        {
            return [new("state", "waiting for the first")];
        }

        var lines = new List<KeyValuePair<string, string>>();
        foreach (var name in new[] { "runId", "state", "trigger", "stopReason", "error" })
        {
            AddLine(lines, current, name);
        }

        if (current.TryGetProperty("progress", out var progress) && progress.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in progress.EnumerateObject())
            {
                AddLine(lines, progress, member.Name);
            }
        }

        return lines;
    }

    private static void AddLine(List<KeyValuePair<string, string>> lines, JsonElement from, string name)
    {
        if (from.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number)
        {
            lines.Add(new(name, value.ToString()));
        }
    }

    private List<(string Name, string Url)> Links() =>
    [
        ("Runs", client.Url("/api/reprocessing/runs")),
        ("By day", client.Url("/api/reprocessing/summary?days=7")),
        ("Dead letters", client.Url("/api/dead-letters")),
        ("A timeline", client.Url($"/api/orders/{_factory.Id(7)}/timeline")),
        ("Current run", client.Url("/runtime/webhooks/durabletask/instances/reprocessing-batch?showHistory=true")),
    ];
}
