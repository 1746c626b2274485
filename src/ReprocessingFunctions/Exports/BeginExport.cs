using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Reprocessing.Domain.Exports;
using Reprocessing.Storage.Exports;

namespace ReprocessingFunctions.Exports;

internal sealed class BeginExport(IExportStore exports, TimeProvider time, ILogger<BeginExport> logger)
{
    [Function(nameof(BeginExport))]
    public async Task<bool> RunAsync([ActivityTrigger] string exportId, CancellationToken cancellationToken)
    {
        var begun = await exports.EditAsync(
            exportId,
            export => export.State == ExportState.Pending ? export with { State = ExportState.Running, StartedAt = time.GetUtcNow() } : null,
            cancellationToken);
        if (begun is not null)
        {
            logger.ExportBegins(exportId, begun.What, begun.Format, begun.RequestedBy);
        }

        return begun is not null;
    }
}
