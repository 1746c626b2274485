using System.Diagnostics;

namespace Benchmarks;

/// <summary>What processes and the emulator do from the making of this on.</summary>
internal sealed class Meter
{
    private readonly CountingEmulator _emulator;
    private readonly IReadOnlyDictionary<StorageCall, long> _callsBefore;
    private readonly List<(string Name, Process Process, TimeSpan CpuBefore)> _processes;

    private Meter(CountingEmulator emulator, IReadOnlyDictionary<StorageCall, long> callsBefore, AppHost app)
    {
        _emulator = emulator;
        _callsBefore = callsBefore;
        _processes =
        [
            ("host", app.Host, app.Host.TotalProcessorTime),
            .. emulator.Services
                .Select(service => (Name: $"emulator, {service.Service.ToString().ToLowerInvariant()}", Process: Process.GetProcessById(service.ProcessId!.Value)))
                .Prepend((Name: "worker", Process: app.Worker()))
                .Select(other => (other.Name, other.Process, other.Process.TotalProcessorTime)),
        ];
    }

    public static async Task<Meter> StartAsync(CountingEmulator emulator, AppHost app, CancellationToken cancellationToken) =>
        new(emulator, await emulator.CountAsync(cancellationToken), app);

    public async Task ReadAsync(Figures figures, int orders, string hubName, CancellationToken cancellationToken)
    {
        var calls = (await _emulator.CountAsync(cancellationToken))
            .Select(call => (call.Key, AnOrder: (double)(call.Value - _callsBefore.GetValueOrDefault(call.Key)) / orders))
            .ToList();
        figures.AddSum("storage calls an order", calls.GroupBy(call => call.Key.Kind(hubName), call => call.AnOrder).Select(kind => (kind.Key, kind.Sum())));
        figures.Add("of them the app's own", calls.Where(call => call.Key.IsOfApp(hubName)).Sum(call => call.AnOrder));
        foreach (var (_, process, _) in _processes)
        {
            process.Refresh();
        }

        figures.AddSum("CPU ms an order", _processes.Select(one => (one.Name, (one.Process.TotalProcessorTime - one.CpuBefore).TotalMilliseconds / orders)));
        figures.AddParts("peak memory, MiB", _processes.Select(one => (one.Name, one.Process.PeakMegabytes)));
    }
}
