using System.Text;
using Azure;
using Azure.Storage.Blobs;
using Microsoft.Azure.WebJobs.Extensions.Timers;
using Microsoft.Azure.WebJobs.Host.Executors;
using Newtonsoft.Json;

namespace Reprocessing.LocalHost.Triggers;

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
