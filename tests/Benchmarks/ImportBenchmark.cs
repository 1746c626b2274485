using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Azure.Data.Tables;

namespace Benchmarks;

/// <summary>Imports a large CSV, one record in a hundred of it bad, into an app that is killed on the way, and checks every record.</summary>
internal sealed class ImportBenchmark(string connectionString, int records, int kills)
{
    private readonly string _name = "Import" + Guid.NewGuid().ToString("N")[..12];
    private readonly int _port = FreePort();
    private readonly List<double> _peaks = [];
    private readonly List<string> _memory = [];
    private double _peak;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_port}"), Timeout = TimeSpan.FromMinutes(10) };
        var (text, badLines) = File();
        var process = await StartAsync(client, cancellationToken);
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
            Observe(process, import);
            if (killed < kills && import.GetProperty("percent").GetDouble() > 100.0 * (killed + 1) / (kills + 1))
            {
                killed++;
                Console.WriteLine($"killed at {import.GetProperty("percent").GetDouble():F0} %");
                process.Kill();
                await process.WaitForExitAsync(cancellationToken);
                process = await StartAsync(client, cancellationToken);
            }
        }
        while (import.GetProperty("state").GetString() is "pending" or "running");

        await CheckAsync(client, import, badLines, cancellationToken);
        _peaks.Add(_peak);
        process.Kill();
        Report(import, watch.Elapsed);
    }

    private void Report(JsonElement import, TimeSpan elapsed) => Console.WriteLine($"""
        {import.GetProperty("state").GetString()}: {import.GetProperty("counts")}
          {records / elapsed.TotalSeconds,8:F0} records/s from the upload to the end ({elapsed.TotalSeconds:F1} s), {kills} kills and the starts after them included
          {string.Join(", ", _peaks.Select(peak => $"{peak:F0}"))} MiB peak memory of each life of the process
          {string.Join(", ", _memory)}
          every good order is stored once, every bad record is listed
        """);

    private void Observe(Process process, JsonElement import)
    {
        process.Refresh();
        var now = process.WorkingSet64 / 1048576.0;
        _peak = Math.Max(_peak, now);
        var percent = import.GetProperty("percent").GetDouble();
        if (percent >= 10 * (_memory.Count + 1))
        {
            _memory.Add($"{now:F0} MiB at {percent:F0} %");
        }
    }

    private async Task CheckAsync(HttpClient client, JsonElement import, List<long> badLines, CancellationToken cancellationToken)
    {
        var counts = import.GetProperty("counts");
        Expect(records, counts.GetProperty("read").GetInt32(), "read");
        Expect(records - badLines.Count, counts.GetProperty("stored").GetInt32(), "stored");
        List<long> listed = [];
        string? token = null;
        do
        {
            var page = await client.GetFromJsonAsync<JsonElement>(
                $"/api/imports/{import.GetProperty("importId").GetString()}/rejected?pageSize=1000&pageToken={token}", cancellationToken);
            listed.AddRange(page.GetProperty("items").EnumerateArray().Select(record => record.GetProperty("line").GetInt64()));
            token = page.TryGetProperty("nextPageToken", out var next) ? next.GetString() : null;
        }
        while (token is not null);

        Expect(string.Join(' ', badLines), string.Join(' ', listed), "rejected lines");
        var orders = 0;
        var table = new TableServiceClient(connectionString).GetTableClient(_name + "Orders");
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

    private async Task<Process> StartAsync(HttpClient client, CancellationToken cancellationToken)
    {
        if (_peak > 0)
        {
            _peaks.Add(_peak);
            _peak = 0;
        }

        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "Benchmarks.dll"), "import-host", connectionString, _name, _port.ToString(CultureInfo.InvariantCulture)])
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        while (true)
        {
            try
            {
                using var health = await client.GetAsync("/api/health", cancellationToken);
                if (health.StatusCode == HttpStatusCode.OK)
                {
                    return process;
                }
            }
            catch (HttpRequestException) when (!process.HasExited)
            {
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        }
    }

    private static void Expect<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new InvalidOperationException($"{what}: expected {expected}, found {actual}");
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
