using Azure.Storage.Blobs;
using Azure;
using Microsoft.Azure.WebJobs.Extensions.Timers;
using Microsoft.Azure.WebJobs.Host.Executors;
using Microsoft.Azure.WebJobs.Host.Storage;
using Newtonsoft.Json;

namespace Reprocessing.LocalHost.Hosting;

/// <summary>The blobs of the account that AzureWebJobsStorage names, where hosts keep their own state.</summary>
internal sealed class HostStorage
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private HostStorage(BlobServiceClient service)
    {
        Hosts = service.GetBlobContainerClient("azure-webjobs-hosts");
        Secrets = service.GetBlobContainerClient("azure-webjobs-secrets");
    }

    /// <summary>Locks and schedule statuses.</summary>
    public BlobContainerClient Hosts { get; }

    /// <summary>Keys.</summary>
    public BlobContainerClient Secrets { get; }

    public static HostStorage Open(IServiceProvider services)
        => services.GetRequiredService<IAzureBlobStorageProvider>().TryCreateBlobServiceClientFromConnection("Storage", out var service)
            ? new HostStorage(service)
            : throw new StartException("The setting AzureWebJobsStorage is missing or is no storage connection.");

    /// <summary>Finds out whether the storage answers, before any listener needs it.</summary>
    /// <exception cref="StartException">It does not.</exception>
    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await Hosts.CreateIfNotExistsAsync(cancellationToken: patience.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StartException($"The storage that AzureWebJobsStorage names does not answer at {Hosts.Uri.GetLeftPart(UriPartial.Authority)}: {(e is OperationCanceledException ? $"no answer within {Patience.TotalSeconds} s" : StartException.Reason(e))}", e);
        }
    }
}

/// <summary>
/// When each timer has run last and runs next, in the blobs that the real host keeps them in. The one that Microsoft.Azure.WebJobs.Extensions 3.0.6
/// brings needs a storage library that Microsoft.Azure.WebJobs.Host.Storage 5 has left.
/// </summary>
internal sealed class BlobScheduleMonitor(HostStorage storage, IHostIdProvider hostId, ILoggerFactory loggers) : ScheduleMonitor
{
    private readonly ILogger _log = loggers.CreateLogger("Host.Triggers.Timer");

    public override async Task<ScheduleStatus?> GetStatusAsync(string timerName)
    {
        try
        {
            var blob = await BlobAsync(timerName);
            var content = await blob.DownloadContentAsync();
            return JsonConvert.DeserializeObject<ScheduleStatus>(content.Value.Content.ToString());
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    public override async Task UpdateStatusAsync(string timerName, ScheduleStatus status)
    {
        try
        {
            var blob = await BlobAsync(timerName);
            await blob.UploadAsync(new BinaryData(Encoding.UTF8.GetBytes(JsonConvert.SerializeObject(status))), overwrite: true);
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException or IOException or OperationCanceledException)
        {
            // The timer goes on; at worst the next start takes this run for missed.
            Log.StatusNotKept(_log, timerName, StartException.Reason(e));
        }
    }

    private async Task<BlobClient> BlobAsync(string timerName)
        => storage.Hosts.GetBlobClient($"timers/{await hostId.GetHostIdAsync(CancellationToken.None)}/{timerName}/status");
}
