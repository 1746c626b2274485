using Reprocessing.Storage.Heartbeats;
using Reprocessing.Storage.Imports;

namespace ReprocessingFunctions.Imports;

/// <summary>What only the work on an import needs.</summary>
internal sealed class ImportLeftovers(ImportPages pages, ImportUploads uploads, IHeartbeatStore heartbeats)
{
    public async Task DropAsync(string importId, CancellationToken cancellationToken)
    {
        await uploads.DeleteAsync(importId, cancellationToken);
        await pages.DeleteLookupsAsync(importId, cancellationToken);
        await heartbeats.ClearAsync(ImportIds.PagePrefix(importId), cancellationToken);
    }
}
