using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Reprocessing.Domain.Imports;
using Reprocessing.Storage.Imports;

namespace ReprocessingFunctions.Imports;

internal sealed class BeginImport(ImportStore imports, TimeProvider time, ILogger<BeginImport> logger)
{
    [Function(nameof(BeginImport))]
    public async Task<bool> RunAsync([ActivityTrigger] string importId, CancellationToken cancellationToken)
    {
        var begun = await imports.EditAsync(
            importId,
            import => import.State is ImportState.Receiving or ImportState.Pending
                ? import with { State = ImportState.Running, StartedAt = time.GetUtcNow() }
                : null,
            cancellationToken);
        if (begun is not null)
        {
            logger.ImportBegins(importId, begun.Format, begun.Mode, begun.Length);
        }

        return begun is not null;
    }
}
