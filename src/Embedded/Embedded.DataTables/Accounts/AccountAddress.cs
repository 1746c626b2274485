using System.Net;
using Azure.Core.Pipeline;
using Embedded.DataTables.Protocol;

namespace Embedded.DataTables.Accounts;

/// <summary>What an endpoint's address says: the service's own address, the account, and perhaps a table and a signature.</summary>
internal sealed record AccountAddress(Uri Service, string AccountName, string? Table, string? Signature)
{
    public static AccountAddress Parse(Uri endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        var segments = endpoint.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        // An emulator has the account in the path (http://127.0.0.1:10002/devstoreaccount1), the cloud in the host.
        var inPath = IsSingleHost(endpoint);
        var account = inPath ? segments.FirstOrDefault() ?? "" : endpoint.Host.Split('.')[0];
        var table = segments.Skip(inPath ? 1 : 0).FirstOrDefault();
        var service = new Uri(endpoint.GetLeftPart(UriPartial.Authority) + (inPath ? $"/{account}" : ""));
        var query = endpoint.Query.TrimStart('?');
        return new(service, account, table is null ? null : Uri.UnescapeDataString(table), query.Contains("sig=", StringComparison.Ordinal) ? query : null);
    }

    public TableService Connect(HttpPipelinePolicy? authentication, TableClientOptions? options)
        => new(Service, AccountName, options ?? new(), authentication);

    private static bool IsSingleHost(Uri endpoint) => IPAddress.TryParse(endpoint.Host, out _) || !endpoint.Host.Contains('.', StringComparison.Ordinal);
}
