using Azure;
using Azure.Data.Tables;
using Azure.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Reprocessing.Storage;

namespace ReprocessingFunctions.Tables;

/// <summary>
/// The storage account that holds the orders: setting <c>OrdersStorage</c>, or the host's own <c>AzureWebJobsStorage</c> when
/// there is none. Each is a connection string or, for an identity instead of a key, the settings <c>__tableServiceUri</c> or
/// <c>__accountName</c> below its name, with <c>__clientId</c> for a user-assigned identity.
/// </summary>
internal static class TableConnection
{
    public const string Own = "OrdersStorage";

    public const string Host = "AzureWebJobsStorage";

    public static TableServiceClient Connect(IConfiguration configuration) =>
        TryConnect(configuration, Own)
        ?? TryConnect(configuration, Host)
        ?? throw new InvalidOperationException(
            $"No storage is configured: set {Host} (or {Own}) to a connection string, or {Host}__tableServiceUri to use an identity.");

    private static TableServiceClient? TryConnect(IConfiguration configuration, string name)
    {
        if (configuration[name] is { Length: > 0 } connectionString)
        {
            return new(connectionString);
        }

        var section = configuration.GetSection(name);
        var address = section["tableServiceUri"] is { Length: > 0 } uri ? uri
            : section["accountName"] is { Length: > 0 } account ? $"https://{account}.table.core.windows.net"
            : null;
        return address is null ? null : new(new Uri(address), Credential(section["clientId"]));
    }

    private static DefaultAzureCredential Credential(string? clientId) =>
        new(new DefaultAzureCredentialOptions { ManagedIdentityClientId = clientId });
}

/// <summary>
/// Makes the tables before the app takes work: before any service starts, as the worker connects to its host in the start of a service
/// that was registered before all of the app's. Without them nothing would succeed, so a failure stops the start.
/// </summary>
/// <remarks>The tables are asked for late: settings are checked after this was made, and all of their faults are to be told at once.</remarks>
internal sealed class TablesStartup(IServiceProvider services) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) =>
        services.GetRequiredService<StorageTables>().CreateAsync(cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

internal static class StorageFault
{
    /// <summary>
    /// Storage cannot be reached, is too busy or is out of order: nothing is wrong with what was asked. The client gives one
    /// exception an attempt, gathered in an <see cref="AggregateException"/>, when its retries are used up.
    /// </summary>
    public static bool IsUnavailable(Exception exception) => exception switch
    {
        RequestFailedException failed => failed.Status is 0 or 408 or 429 or >= 500,
        AggregateException { InnerExceptions: [_, ..] attempts } => attempts.All(IsUnavailable),
        HttpRequestException or IOException or TaskCanceledException => true,
        _ => false,
    };
}
