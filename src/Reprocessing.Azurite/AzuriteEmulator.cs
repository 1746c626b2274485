namespace Reprocessing.Azurite;

/// <summary>The storage emulator: the services that were asked for, each found running or started here and stopped by <see cref="DisposeAsync"/>.</summary>
internal sealed class AzuriteEmulator : IAsyncDisposable
{
    private readonly IReadOnlyList<AzuriteProcess> _services;

    private AzuriteEmulator(IReadOnlyList<AzuriteProcess> services) => _services = services;

    /// <summary>With the emulator's well-known account.</summary>
    public string ConnectionString =>
        "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;"
        + "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;"
        + string.Concat(_services.Select(service => service.Endpoint));

    public IReadOnlyList<AzuriteProcess> Services => _services;

    /// <exception cref="AzuriteException">Node or Azurite is missing, or a service does not start: then none is left running.</exception>
    public static async Task<AzuriteEmulator> StartAsync(AzuriteOptions options, ILogger logger, CancellationToken cancellation)
    {
        var starts = options.Services.Select(service => AzuriteProcess.StartAsync(service, options, logger, cancellation)).ToList();
        try
        {
            return new(await Task.WhenAll(starts));
        }
        catch
        {
            foreach (var started in starts.Where(start => start.IsCompletedSuccessfully))
            {
                await (await started).DisposeAsync();
            }

            throw;
        }
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(_services.Select(service => service.DisposeAsync().AsTask()));
}
