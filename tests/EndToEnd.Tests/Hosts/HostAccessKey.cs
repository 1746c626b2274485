using System.Text.Json;
using Azure.Storage.Blobs;
using EndToEnd.Tests.Orders;

namespace EndToEnd.Tests.Hosts;

internal static class HostAccessKey
{
    /// <summary>The default function key, as the host keeps it for the app of these tables. It is made at the first start that asks for keys.</summary>
    public static async Task<string> ReadAsync(OrdersOnStorage store)
    {
        var hostId = store.Settings()["AzureFunctionsWebHost:hostid"];
        var blob = new BlobClient(store.ConnectionString, "azure-webjobs-secrets", $"{hostId}/host.json");
        return JsonElement.Parse((await blob.DownloadContentAsync()).Value.Content.ToMemory().Span).At("functionKeys")[0].Text("value")!;
    }
}
