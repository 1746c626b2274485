using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Reprocessing.Domain.Exports;
using Reprocessing.Storage.Exports;
using Reprocessing.Storage.Jobs;
using ReprocessingFunctions.Http;
using ReprocessingFunctions.Orchestration;

namespace ReprocessingFunctions.Exports;

/// <summary>
/// Stores exports and starts their orchestrations. A request that is repeated under its key goes on with the export that the first one
/// made, wherever that one was cut off.
/// </summary>
internal sealed class ExportStarter(
    IExportStore exports, IRequestKeys keys, IOptions<ExportOptions> options, TimeProvider time, ILogger<ExportStarter> logger)
{
    public const string KeyScope = "exports";

    /// <param name="key">The request's own; null when it has none.</param>
    public async Task<(ExportRecord? Export, Problem? Problem)> StartAsync(
        DurableTaskClient client, ExportOrder order, RequestKey? key, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var exportId = ExportIds.New(now);
        if (key is not null)
        {
            var bound = await keys.BindAsync(key.Scope, key.Key, key.RequestHash, exportId, cancellationToken);
            if (bound.RequestHash != key.RequestHash)
            {
                return (null, Problems.IdempotencyKeyReused(key.Key));
            }

            exportId = bound.ResourceId;
        }

        var export = await exports.GetAsync(exportId, cancellationToken);
        if (export is null)
        {
            export = new()
            {
                ExportId = exportId,
                State = ExportState.Pending,
                What = order.What,
                Format = order.Format,
                Status = order.Status,
                RequestedBy = order.RequestedBy,
                CreatedAt = now,
            };
            await exports.CreateAsync(export, cancellationToken);
        }

        await EnsureStartedAsync(client, export, cancellationToken);
        return (export, null);
    }

    public async Task EnsureStartedAsync(DurableTaskClient client, ExportRecord export, CancellationToken cancellationToken)
    {
        var limits = new ExportLimits(options.Value.PageRecords, options.Value.PageBytes);
        var input = new ExportOrchestrationInput(export.ExportId, limits, OrderCursor.Start);
        if (export.State == ExportState.Pending
            && await client.StartOnceAsync(nameof(ExportOrchestrator), export.ExportId, input, cancellationToken))
        {
            logger.ExportStarted(export.ExportId, export.What, export.Format);
        }
    }
}
