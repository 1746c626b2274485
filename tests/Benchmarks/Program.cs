using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Benchmarks;
using Reprocessing.Testing;

if (args is ["run", var size, var storage])
{
    // A process of its own for each size: peak memory is a figure of the process.
    var figures = await RunBenchmark.MeasureAsync(storage, int.Parse(size, CultureInfo.InvariantCulture), CancellationToken.None);
    Console.WriteLine(JsonSerializer.Serialize(figures));
    return 0;
}

if (args is ["import-host", var account, var name, var port])
{
    await ImportHost.RunAsync(account, name, int.Parse(port, CultureInfo.InvariantCulture));
    return 0;
}

var azurite = new AzuriteFixture();
await azurite.InitializeAsync();
if (args is ["import", .. var figuresAsked])
{
    int[] asked = [.. figuresAsked.Select(arg => int.Parse(arg, CultureInfo.InvariantCulture))];
    await new ImportBenchmark(azurite.ConnectionString, asked is [var records, ..] ? records : 100_000, asked is [_, var kills, ..] ? kills : 3)
        .RunAsync(CancellationToken.None);
    await azurite.DisposeAsync();
    return 0;
}

if (args is ["workflows", var workflows])
{
    await IndexBenchmark.RunAsync(azurite.ConnectionString, int.Parse(workflows, CultureInfo.InvariantCulture), CancellationToken.None);
    return 0;
}

int[] sizes = args.Length == 0 ? [1_000, 10_000] : [.. args.Select(arg => int.Parse(arg, CultureInfo.InvariantCulture))];
foreach (var orders in sizes)
{
    var adds = await RawStorage.MeasureAddsAsync(azurite.ConnectionString, 20_000, CancellationToken.None);
    var ideal = await RawStorage.MeasureRestartsAsync(azurite.ConnectionString, orders, CancellationToken.None);
    var figures = await InOwnProcessAsync(orders, azurite.ConnectionString);
    Console.WriteLine($"""
        {orders} failed orders
          raw storage                {adds,10:F0} new rows/s in transactions of 100
          raw storage would allow    {ideal,10:F0} orders/s: the 4 row operations an order needs, and nothing else
          restarted and started      {figures.OrdersPerSecond,10:F0} orders/s ({figures.RunSeconds:F2} s), {100 * figures.OrdersPerSecond / ideal:F0} % of it
          storage calls an order     {figures.CallsAnOrder,10:F2} during the run, started workflows at work included
          peak memory                {figures.PeakMegabytes,10:F0} MiB of the whole process
        """);
}

return 0;

static async Task<RunFigures> InOwnProcessAsync(int orders, string connectionString)
{
    var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
    start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Benchmarks.dll"));
    start.ArgumentList.Add("run");
    start.ArgumentList.Add(orders.ToString(CultureInfo.InvariantCulture));
    start.ArgumentList.Add(connectionString);
    using var process = Process.Start(start)!;
    var output = await process.StandardOutput.ReadToEndAsync();
    await process.WaitForExitAsync();
    return process.ExitCode == 0
        ? JsonSerializer.Deserialize<RunFigures>(output.Trim().Split('\n')[^1])!
        : throw new InvalidOperationException($"The run of {orders} ended with {process.ExitCode}: {output}");
}
