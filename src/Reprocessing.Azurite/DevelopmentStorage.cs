namespace Reprocessing.Azurite;

/// <summary>The storage emulator, where the app asks for it: what does not run of it is started, and ends with the host.</summary>
internal sealed class DevelopmentStorage(ILogger log) : IAsyncDisposable
{
    private Task<AzuriteEmulator>? _starting;

    /// <summary>Ends when the emulator answers, if it is needed.</summary>
    /// <exception cref="AzuriteException">It does not start.</exception>
    public Task Ready => _starting ?? Task.CompletedTask;

    public void Start(string? connection, string? location, CancellationToken cancellationToken)
    {
        if (connection?.Trim().TrimEnd(';').Equals("UseDevelopmentStorage=true", StringComparison.OrdinalIgnoreCase) ?? false)
        {
            _starting = AzuriteEmulator.StartAsync(new AzuriteOptions { Location = location }, log, cancellationToken);
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
        catch (Exception e) when (e is AzuriteException or OperationCanceledException)
        {
            // Nothing of it runs.
        }
    }
}
