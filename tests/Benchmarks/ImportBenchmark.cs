using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Azure.Data.Tables;

namespace Benchmarks;

/// <summary>Imports a large CSV, one record in a hundred of it bad, into an app that is killed on the way, and checks every record.</summary>
internal sealed class ImportBenchmark(string connectionString, int records, int kills)
{
    // The engine's least: what a killed host had in hand is delivered again after that.
    private const string Invisible = "00:01:00";

    private readonly List<string> _peaks = [];
    private readonly List<string> _memory = [];
    private double _nextPercent = 10;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        const string Storage = "AzureFunctionsJobHost__extensions__durableTask__storageProvider__";
        await using var app = new AppHost("Reprocessing.Functions", connectionString, new Dictionary<string, string>
        {
            [Storage + "controlQueueVisibilityTimeout"] = Invisible,
            [Storage + "workItemQueueVisibilityTimeout"] = Invisible,
            ["ReprocessingSchedule"] = "0 0 0 1 1 *",
        });
        var client = app.Client;
        var (text, badLines) = File();
        await app.StartAsync(cancellationToken);
        var watch = Stopwatch.StartNew();
        using var content = new ByteArrayContent(text);
        content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        using var started = await client.PostAsync("/api/imports?mode=elsewhere", content, cancellationToken);
        started.EnsureSuccessStatusCode();
        var address = started.Headers.Location!;
        Console.WriteLine($"{records} records, {text.Length / 1048576.0:F1} MiB, uploaded in {watch.Elapsed.TotalSeconds:F1} s");

        JsonElement import;
        var killed = 0;
        do
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500), cancellationToken);
            import = await client.GetFromJsonAsync<JsonElement>(address, cancellationToken);
            Observe(app, import);
            if (killed < kills && import.GetProperty("percent").GetDouble() > 100.0 * (killed + 1) / (kills + 1))
            {
                killed++;
                Console.WriteLine($"killed at {import.GetProperty("percent").GetDouble():F0} %");
                EndLife(app);
                await app.KillAsync();
                await app.StartAsync(cancellationToken);
            }
        }
        while (import.GetProperty("state").GetString() is "pending" or "running");

        await CheckAsync(app, import, badLines, cancellationToken);
        EndLife(app);
        Report(import, watch.Elapsed);
    }

    private void Report(JsonElement import, TimeSpan elapsed) => Console.WriteLine($"""
        {import.GetProperty("state").GetString()}: {import.GetProperty("counts")}
          {records / elapsed.TotalSeconds,8:F0} records/s from the upload to the end ({elapsed.TotalSeconds:F1} s), {kills} kills and the starts after them included
          peak memory of each life, host and worker: {string.Join(", ", _peaks)} MiB
          worker: {string.Join(", ", _memory)}
          every good order is stored once, every bad record is listed
        """);

    private void Observe(AppHost app, JsonElement import)
    {
        var percent = import.GetProperty("percent").GetDouble();
        if (percent >= _nextPercent)
        {
            _nextPercent = (10 * Math.Floor(percent / 10)) + 10;
            using var worker = app.Worker();
            _memory.Add($"{worker.Megabytes:F0} MiB at {percent:F0} %");
        }
    }

    private void EndLife(AppHost app)
    {
        using var worker = app.Worker();
        app.Host.Refresh();
        _peaks.Add($"{app.Host.PeakMegabytes:F0} and {worker.PeakMegabytes:F0}");
    }

    private async Task CheckAsync(AppHost app, JsonElement import, List<long> badLines, CancellationToken cancellationToken)
    {
        var counts = import.GetProperty("counts");
        Expect(records, counts.GetProperty("read").GetInt32(), "read");
        Expect(records - badLines.Count, counts.GetProperty("stored").GetInt32(), "stored");
        List<long> listed = [];
        string? token = null;
        do
        {
            var page = await app.Client.GetFromJsonAsync<JsonElement>(
                $"/api/imports/{import.GetProperty("importId").GetString()}/rejected?pageSize=1000&pageToken={token}", cancellationToken);
            listed.AddRange(page.GetProperty("items").EnumerateArray().Select(record => record.GetProperty("line").GetInt64()));
            token = page.TryGetProperty("nextPageToken", out var next) ? next.GetString() : null;
        }
        while (token is not null);

        Expect(string.Join(' ', badLines), string.Join(' ', listed), "rejected lines");
        var orders = 0;
        var table = new TableServiceClient(connectionString).GetTableClient(app.TablePrefix + "Orders");
        await foreach (var row in table.QueryAsync<TableEntity>("RowKey ge 'o|' and RowKey lt 'o}'", 1_000, ["Status"], cancellationToken))
        {
            orders++;
        }

        Expect(records - badLines.Count, orders, "orders in the table");
    }

    private (byte[] Text, List<long> BadLines) File()
    {
        var text = new StringBuilder("orderId,customerId,priority,item.sku,item.quantity,item.weight,note\r\n");
        List<long> badLines = [];
        for (var number = 1; number <= records; number++)
        {
            var isBad = number % 100 == 50;
            if (isBad)
            {
                badLines.Add(number + 1);
            }

            text.Append(CultureInfo.InvariantCulture, $"order-{number:D7},customer-{number % 977},next_day,SKU-{number % 31},{(isBad ? 0 : 2)},0.5,\"ring, then wait\"\r\n");
        }

        return (Encoding.UTF8.GetBytes(text.ToString()), badLines);
    }

    private static void Expect<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new InvalidOperationException($"{what}: expected {expected}, found {actual}");
        }
    }
}
