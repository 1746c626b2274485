using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Azure;
using Azure.Data.Tables;
using Embedded.Functions.Discovery;

namespace Embedded.Functions.Keys;

/// <summary>
/// Keys in the host's table, a row a key, made once. They are stored as they are: the links that the durable client hands out
/// contain one, and an operator reads them from here.
/// </summary>
internal sealed class KeyStore(TableClient table)
{
    public const string Partition = "key";

    private const string Column = "Value";
    private const int KeyBytes = 40;

    public async Task<HostKeys> LoadAsync(FunctionCatalog catalog, CancellationToken cancellationToken)
    {
        var stored = new Dictionary<string, string>(StringComparer.Ordinal);
        await foreach (var row in table.QueryAsync<TableEntity>($"PartitionKey eq '{Partition}'", cancellationToken: cancellationToken))
        {
            stored[row.RowKey] = row.GetString(Column) ?? string.Empty;
        }

        var functions = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (function, _) in catalog.With<FunctionTrigger.Http>())
        {
            functions[function.Name] = await GetOrAddAsync(stored, $"function|{function.Name}|default", cancellationToken);
        }

        return new HostKeys(
            await GetOrAddAsync(stored, "host|master", cancellationToken),
            await GetOrAddAsync(stored, "host|default", cancellationToken),
            await GetOrAddAsync(stored, "system|durabletask_extension", cancellationToken),
            functions.ToImmutable());
    }

    private async Task<string> GetOrAddAsync(Dictionary<string, string> stored, string name, CancellationToken cancellationToken)
    {
        if (stored.TryGetValue(name, out var known))
        {
            return known;
        }

        var key = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(KeyBytes));
        try
        {
            await table.AddEntityAsync(new TableEntity(Partition, name) { [Column] = key }, cancellationToken);
            return key;
        }
        catch (RequestFailedException exception) when (exception.Status == 409)
        {
            // Another host of the app was first; both must use one key.
            TableEntity row = await table.GetEntityAsync<TableEntity>(Partition, name, cancellationToken: cancellationToken);
            return row.GetString(Column) ?? string.Empty;
        }
    }
}
