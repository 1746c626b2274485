using System.Diagnostics.Metrics;

namespace Benchmarks;

/// <summary>Counts this process's HTTP requests to storage by the runtime's own meter: nothing has to be put into the clients.</summary>
internal sealed class StorageRequestCount : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _count;

    public StorageRequestCount(int port)
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument is { Name: "http.client.request.duration", Meter.Name: "System.Net.Http" })
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            foreach (var tag in tags)
            {
                if (tag is { Key: "server.port", Value: int value } && value == port)
                {
                    Interlocked.Increment(ref _count);
                }
            }
        });
        _listener.Start();
    }

    public long Count => Interlocked.Read(ref _count);

    public void Dispose() => _listener.Dispose();
}
