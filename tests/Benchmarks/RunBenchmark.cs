using Azure.Data.Tables;

namespace Benchmarks;

/// <summary>Measures a scenario: starts its app, warms it up with a first run, and takes the figures of a second one.</summary>
internal sealed class RunBenchmark(CountingEmulator emulator, int warmUpOrders)
{
    private static readonly TimeSpan ProgressLimit = TimeSpan.FromMinutes(5);

    private static readonly Dictionary<string, string> Settings = new()
    {
        // Started by the benchmark alone.
        ["ReprocessingSchedule"] = "0 0 0 1 1 *",
        ["ReprocessingMaxOrders"] = "100000",
        // As many stages a workflow as the others have.
        ["FulfillmentRestartFrom"] = "beginning",
    };

    private readonly TableServiceClient _tables = new(
        emulator.ConnectionString, new TableClientOptions { Diagnostics = { ApplicationId = CountingEmulator.Observer } });

    public async Task<Figures> MeasureAsync(Scenario scenario, int orders, CancellationToken cancellationToken)
    {
        await using var app = new AppHost(scenario.App, emulator.ConnectionString, Settings);
        try
        {
            await app.StartAsync(cancellationToken);
            await PrepareAsync("warm", warmUpOrders);
            await RunAsync(warmUpOrders);
            await PrepareAsync("order", orders);
            var meter = await Meter.StartAsync(emulator, app, cancellationToken);
            var times = await RunAsync(orders);
            Figures figures = [];
            if (times.Run is { } run)
            {
                figures.Add("orders restarted/s", orders / run.RestartSeconds);
                figures.Add("workflows over at the run's end, %", 100 * run.EndedShare);
            }

            figures.Add("workflows completed/s", orders / times.WorkflowSeconds);
            await meter.ReadAsync(figures, orders, app.HubName, cancellationToken);
            await app.KillAsync();
            await DeleteTablesAsync(app.TablePrefix, cancellationToken);
            return figures;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new InvalidOperationException($"{scenario.Name}: {e.Message}{Environment.NewLine}{app.Log}", e);
        }

        Task PrepareAsync(string prefix, int count) =>
            scenario.AddFailedAsync(new(app.Client, _tables, app.TablePrefix), prefix, count, cancellationToken);

        async Task<RunTimes> RunAsync(int count)
        {
            var startedAt = DateTimeOffset.UtcNow;
            await scenario.StartAsync(app.Client, count, cancellationToken);
            var instances = new Instances(_tables.GetTableClient(app.HubName + "Instances"), scenario);
            return await instances.WaitAsync(startedAt, count, ProgressLimit, cancellationToken);
        }
    }

    /// <summary>The emulator is to be as empty for the next scenario as for this one.</summary>
    private async Task DeleteTablesAsync(string prefix, CancellationToken cancellationToken)
    {
        await foreach (var table in _tables.QueryAsync(cancellationToken: cancellationToken))
        {
            if (table.Name.StartsWith(prefix, StringComparison.Ordinal))
            {
                await _tables.DeleteTableAsync(table.Name, cancellationToken);
            }
        }
    }
}
