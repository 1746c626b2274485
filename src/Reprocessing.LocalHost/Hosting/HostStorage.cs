using Azure.Storage.Blobs;
using Microsoft.Azure.WebJobs.Host.Storage;

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
