namespace Reprocessing.Azurite;

/// <summary>Each runs in a process of its own, because one uses one processor only. In the order of their ports.</summary>
internal enum AzuriteService
{
    Blob,
    Queue,
    Table,
}

internal sealed record AzuriteOptions
{
    public IReadOnlyList<AzuriteService> Services { get; init; } = [AzuriteService.Blob, AzuriteService.Queue, AzuriteService.Table];

    /// <summary>Of the blob service, the others' follow; null takes any free ones.</summary>
    public int? FirstPort { get; init; } = 10000;

    /// <summary>The folder that the data is kept in; null keeps it in memory. A folder's files are rewritten every few seconds.</summary>
    public string? Location { get; init; }

    /// <summary>Without the first run's download.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>After that it is killed.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>0 takes any free port.</summary>
    public int PortOf(AzuriteService service) => FirstPort + (int)service ?? 0;
}
