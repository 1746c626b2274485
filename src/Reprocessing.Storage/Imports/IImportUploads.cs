namespace Reprocessing.Storage.Imports;

/// <summary>What was uploaded, in rows, until its import has ended.</summary>
public interface IImportUploads
{
    /// <summary>Keeps the stream as it comes, a row at a time. The same import again replaces what was kept.</summary>
    /// <param name="limit">Bytes; reading stops beyond.</param>
    /// <param name="onBytes">Is shown all that is kept, in order.</param>
    /// <returns>Bytes kept; more than the limit when there were more.</returns>
    Task<long> SaveAsync(
        string importId, Stream content, long limit, Action<ReadOnlySpan<byte>> onBytes, CancellationToken cancellationToken);

    /// <summary>From an offset to the end; rows are read as they are needed.</summary>
    Stream Open(string importId, long offset, long length);

    Task DeleteAsync(string importId, CancellationToken cancellationToken);
}
