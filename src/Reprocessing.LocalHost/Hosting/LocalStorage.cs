using Reprocessing.Azurite;

namespace Reprocessing.LocalHost.Hosting;

/// <summary>The storage emulator, where the app asks for it: what does not run of it is started, and ends with the host.</summary>
internal sealed class LocalStorage(ILogger log) : IAsyncDisposable
{
    private Task<AzuriteEmulator>? _starting;

    /// <summary>Ends when the emulator answers, if it is needed.</summary>
    public Task Ready => _starting ?? Task.CompletedTask;

    public void Start(string? connection, string? location, CancellationToken cancellationToken)
    {
        if (connection?.Trim().TrimEnd(';').Equals("UseDevelopmentStorage=true", StringComparison.OrdinalIgnoreCase) ?? false)
        {
            _starting = StartAsync(new AzuriteOptions { Location = location }, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_starting is null)
        {
            return;
        }

        try
        {
            await (await _starting).DisposeAsync();
        }
        catch (Exception e) when (e is StartException or OperationCanceledException)
        {
            // Nothing of it runs.
        }
    }

    private async Task<AzuriteEmulator> StartAsync(AzuriteOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await AzuriteEmulator.StartAsync(options, log, cancellationToken);
        }
        catch (AzuriteException e)
        {
            throw new StartException(e.Message, e);
        }
    }
}
