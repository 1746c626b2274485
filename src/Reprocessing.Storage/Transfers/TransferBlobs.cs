using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace Reprocessing.Storage.Transfers;

/// <summary>
/// The content of imports and exports, in block blobs. A blob is written before the row that makes it count, under a name that the row's key tells,
/// so that whoever writes it again writes the same blob.
/// <list type="table">
/// <item><term>{id}/content/upload</term><description>what an import was given</description></item>
/// <item><term>{id}/content/lookups-{page}</term><description>what was looked up for a page of an import</description></item>
/// <item><term>{id}/content/file</term><description>what an export has written, a block a page</description></item>
/// <item><term>{id}/rejected-{page}</term><description>the rejected records of a page; they stay as long as the import</description></item>
/// </list>
/// </summary>
public sealed class TransferBlobs(BlobServiceClient service, StorageOptions options)
{
    internal const int BlockBytes = 1024 * 1024;

    internal const string File = "content/file";

    private const string Content = "content/";
    private const string Upload = "content/upload";

    private readonly BlobContainerClient _container = service.GetBlobContainerClient((options.TablePrefix + "transfers").ToLowerInvariant());

    public Task CreateAsync(CancellationToken cancellationToken) => _container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);

    /// <summary>Keeps a stream as it comes. The same import again replaces what was kept.</summary>
    /// <param name="limit">Bytes; reading stops beyond, and then nothing is kept.</param>
    /// <returns>Bytes read; more than the limit when there were more.</returns>
    public async Task<long> UploadAsync(
        string importId, Stream content, long limit, Action<ReadOnlySpan<byte>> onBytes, CancellationToken cancellationToken)
    {
        var (blob, block, total) = (Blob(importId, Upload), new byte[BlockBytes], 0L);
        List<string> ids = [];
        for (var length = BlockBytes; length == BlockBytes;)
        {
            length = await content.ReadAtLeastAsync(block, BlockBytes, throwOnEndOfStream: false, cancellationToken);
            total += length;
            if (total > limit)
            {
                // Blocks that are never committed are nobody's: the service forgets them by itself.
                return total;
            }

            if (length > 0)
            {
                onBytes(block.AsSpan(0, length));
                ids.Add(BlockId(string.Create(CultureInfo.InvariantCulture, $"{ids.Count:D7}")));
                await StageAsync(blob, ids[^1], block.AsMemory(0, length), cancellationToken);
            }
        }

        await blob.CommitBlockListAsync(ids, cancellationToken: cancellationToken);
        return total;
    }

    public Task<Stream> OpenUploadAsync(string importId, long offset, CancellationToken cancellationToken) => Blob(importId, Upload).OpenReadAsync(
        new BlobOpenReadOptions(allowModifications: false) { Position = offset, BufferSize = BlockBytes }, cancellationToken);

    /// <summary>Deletes what was kept until the end of the transfer or, of an export, for a while. May be asked for again.</summary>
    public Task DeleteContentAsync(string id, CancellationToken cancellationToken) => DeleteAllAsync($"{id}/{Content}", cancellationToken);

    /// <summary>Deletes all of a transfer. May be asked for again.</summary>
    public Task<int> DeleteAsync(string id, CancellationToken cancellationToken) => DeleteAllAsync($"{id}/", cancellationToken);

    /// <summary>Who has content that was written before, in the order of their ids.</summary>
    public async IAsyncEnumerable<string> ListOwnersAsync(DateTimeOffset before, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? last = null;
        await foreach (var blob in _container.GetBlobsAsync(new GetBlobsOptions(), cancellationToken))
        {
            var (id, name) = (blob.Name[..blob.Name.IndexOf('/', StringComparison.Ordinal)], blob.Name);
            if (id != last && blob.Properties.LastModified < before && name.StartsWith($"{id}/{Content}", StringComparison.Ordinal))
            {
                yield return last = id;
            }
        }
    }

    internal BlockBlobClient Blob(string id, string name) => _container.GetBlockBlobClient($"{id}/{name}");

    internal static string BlockId(string name) => Convert.ToBase64String(Encoding.UTF8.GetBytes(name));

    internal static async Task StageAsync(BlockBlobClient blob, string blockId, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await using var content = BinaryData.FromBytes(bytes).ToStream();
        await blob.StageBlockAsync(blockId, content, options: null, cancellationToken);
    }

    /// <param name="isFirstToStay">What is there already is left as it is.</param>
    internal async Task WriteAsync(string id, string name, string text, bool isFirstToStay, CancellationToken cancellationToken)
    {
        await using var content = BinaryData.FromString(text).ToStream();
        var conditions = isFirstToStay ? new BlobRequestConditions { IfNoneMatch = ETag.All } : null;
        try
        {
            await Blob(id, name).UploadAsync(content, new BlobUploadOptions { Conditions = conditions }, cancellationToken);
        }
        catch (RequestFailedException exception) when (isFirstToStay && exception.Status is 409 or 412)
        {
            // An earlier call was first.
        }
    }

    private async Task<int> DeleteAllAsync(string prefix, CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var blob in _container.GetBlobsAsync(new GetBlobsOptions { Prefix = prefix }, cancellationToken))
        {
            await _container.GetBlobClient(blob.Name).DeleteIfExistsAsync(cancellationToken: cancellationToken);
            count++;
        }

        return count;
    }

    internal async Task<string?> ReadAsync(string id, string name, CancellationToken cancellationToken)
    {
        try
        {
            return (await Blob(id, name).DownloadContentAsync(cancellationToken)).Value.Content.ToString();
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return null;
        }
    }
}
