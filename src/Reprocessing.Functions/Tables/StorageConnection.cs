using Azure;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;

namespace Reprocessing.Functions.Tables;

// Setting OrdersStorage, or the host's own AzureWebJobsStorage when there is none: a connection string or, for an identity instead of a key, the settings
// __tableServiceUri and __blobServiceUri or __accountName below its name, with __clientId for a user-assigned identity.
internal static class StorageConnection
{
    public const string Own = "OrdersStorage";

    public const string Host = "AzureWebJobsStorage";

    public static TableServiceClient Tables(IConfiguration configuration, StorageOptions settings)
    {
        var options = Limited(new TableClientOptions(), settings);
        return Connect(configuration, "table", text => new TableServiceClient(text, options), (address, identity) => new(address, identity, options));
    }

    public static BlobServiceClient Blobs(IConfiguration configuration, StorageOptions settings)
    {
        var options = Limited(new BlobClientOptions(), settings);
        return Connect(configuration, "blob", text => new BlobServiceClient(text, options), (address, identity) => new(address, identity, options));
    }

    /// <summary>By the clients' own limits a service that takes connections and never answers would be waited for seven minutes.</summary>
    private static T Limited<T>(T options, StorageOptions settings)
        where T : ClientOptions
    {
        options.Retry.NetworkTimeout = settings.StorageTimeout;
        options.Retry.MaxRetries = 2;
        options.Retry.Delay = TimeSpan.FromMilliseconds(500);
        options.Retry.MaxDelay = TimeSpan.FromSeconds(2);
        return options;
    }

    private static T Connect<T>(
        IConfiguration configuration, string service, Func<string, T> byText, Func<Uri, DefaultAzureCredential, T> byIdentity)
        where T : class
    {
        foreach (var name in (string[])[Own, Host])
        {
            if (configuration[name] is { Length: > 0 } connectionString)
            {
                return byText(connectionString);
            }

            var section = configuration.GetSection(name);
            if (AddressOf(section, service) is { } address)
            {
                return byIdentity(new(address), Credential(section["clientId"]));
            }
        }

        throw new InvalidOperationException(
            $"No storage is configured: set {Host} (or {Own}) to a connection string, or {Host}__{service}ServiceUri to use an identity.");
    }

    /// <remarks>An account's services differ by one label, so that the address of its tables tells that of its blobs.</remarks>
    private static string? AddressOf(IConfigurationSection section, string service) =>
        section[$"{service}ServiceUri"] is { Length: > 0 } uri ? uri
        : section["accountName"] is { Length: > 0 } account ? $"https://{account}.{service}.core.windows.net"
        : section["tableServiceUri"] is { Length: > 0 } tables ? tables.Replace(".table.", $".{service}.", StringComparison.Ordinal)
        : null;

    private static DefaultAzureCredential Credential(string? clientId) =>
        new(new DefaultAzureCredentialOptions { ManagedIdentityClientId = clientId });
}

// Before any service starts, as the worker connects to its host in the start of a service that was registered before all of the app's. Tables and blobs are
// asked for late: settings are checked after this was made, and all of their faults are to be told at once.
internal sealed class StorageStartup(IServiceProvider services) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.WhenAll(
        services.GetRequiredService<StorageTables>().CreateAsync(cancellationToken),
        services.GetRequiredService<TransferBlobs>().CreateAsync(cancellationToken));

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

internal static class StorageFault
{
    /// <summary>Nothing is wrong with what was asked. The client gives one exception an attempt, gathered in an <see cref="AggregateException"/>.</summary>
    public static bool IsUnavailable(Exception exception) => exception switch
    {
        RequestFailedException failed => failed.Status is 0 or 408 or 429 or >= 500,
        AggregateException { InnerExceptions: [_, ..] attempts } => attempts.All(IsUnavailable),
        HttpRequestException or IOException or OperationCanceledException or TimeoutException => true,
        _ => false,
    };
}
