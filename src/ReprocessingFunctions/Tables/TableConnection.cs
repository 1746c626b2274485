using Azure.Data.Tables;
using Azure.Identity;
using Microsoft.Extensions.Configuration;

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
