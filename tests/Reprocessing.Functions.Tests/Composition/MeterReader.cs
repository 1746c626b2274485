using System.Diagnostics.Metrics;
using Reprocessing.Functions.Observability;

namespace Reprocessing.Functions.Tests.Composition;

/// <summary>The app's metrics on a meter of their own, and what was measured with them.</summary>
internal sealed class MeterReader
{
    private readonly List<(string Name, double Value, string Tags)> _measured = [];

    public MeterReader(TimeProvider? time = null)
    {
        var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var factory = services.GetRequiredService<IMeterFactory>();
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, factory))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();
        Metrics = new ReprocessingMetrics(factory);
        States = new StateMetrics(factory, time ?? TimeProvider.System);
    }

    public ReprocessingMetrics Metrics { get; }

    public StateMetrics States { get; }

    public IReadOnlyList<(string Name, double Value, string Tags)> Read()
    {
        lock (_measured)
        {
            return [.. _measured];
        }
    }

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_measured)
        {
            _measured.Add((instrument.Name, value, string.Join(",", tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))));
        }
    }
}
