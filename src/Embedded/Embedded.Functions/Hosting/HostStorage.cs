using Azure.Data.Tables;
using Embedded.Functions.Keys;
using Embedded.Functions.Scheduling;

namespace Embedded.Functions.Hosting;

/// <summary>The host's own table.</summary>
internal sealed class HostStorage
{
    private readonly TableClient _table;

    public HostStorage(TableServiceClient service, HostFacts facts)
    {
        Service = service;
        _table = service.GetTableClient(facts.TableName);
        Keys = new KeyStore(_table);
        Timers = new TimerStatusStore(_table, $"{Environment.MachineName}:{Environment.ProcessId}:{Guid.NewGuid():N}");
    }

    public TableServiceClient Service { get; }

    public KeyStore Keys { get; }

    public TimerStatusStore Timers { get; }

    public Task OpenAsync(CancellationToken cancellationToken) => _table.CreateIfNotExistsAsync(cancellationToken);
}
