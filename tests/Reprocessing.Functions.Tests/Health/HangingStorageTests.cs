using System.Diagnostics;
using System.Net.Sockets;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Reprocessing.Functions.Health;
using Reprocessing.Functions.Tables;

namespace Reprocessing.Functions.Tests.Health;

/// <summary>Storage that takes connections and never answers.</summary>
public sealed class HangingStorageTests : IDisposable
{
    private readonly TcpListener _silent = new(IPAddress.Loopback, 0);

    public HangingStorageTests() => _silent.Start();

    public void Dispose() => _silent.Dispose();

    [Fact]
    public async Task Health_says_so_within_five_seconds()
    {
        var health = ActivatorUtilities.CreateInstance<HealthFunctions>(Compose());
        var began = Stopwatch.GetTimestamp();

        var answer = await new FakeRequest("GET", "/api/health").SendAsync(request => health.GetHealth(request, default)).WaitAsync(TimeSpan.FromSeconds(15));

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "unreachable"), (answer.StatusCode, answer.Json().GetProperty("storage").GetString()));
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_call_of_a_table_or_a_blob_ends_within_the_stated_limit()
    {
        var app = Compose(("OrdersStorageTimeout", "00:00:01"));
        var table = app.GetRequiredService<TableServiceClient>().GetTableClient("Orders");
        var blob = app.GetRequiredService<BlobServiceClient>().GetBlobContainerClient("transfers").GetBlobClient("b");

        await AssertEndsAsync(() => table.GetEntityIfExistsAsync<TableEntity>("p", "r"));
        await AssertEndsAsync(() => blob.DownloadContentAsync());
    }

    private static async Task AssertEndsAsync(Func<Task> call)
    {
        var began = Stopwatch.GetTimestamp();
        var thrown = await Assert.ThrowsAnyAsync<Exception>(() => call().WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.True(StorageFault.IsUnavailable(thrown), thrown.ToString());
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    private ServiceProvider Compose(params (string Name, string Value)[] settings)
    {
        var address = $"http://127.0.0.1:{((IPEndPoint)_silent.LocalEndpoint).Port}/devstoreaccount1";
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(
        [
            new("AzureWebJobsStorage", $"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=a2V5;TableEndpoint={address};BlobEndpoint={address};"),
            .. settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)),
        ]);
        builder.AddReprocessing();
        return builder.Services.BuildServiceProvider();
    }
}
