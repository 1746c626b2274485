using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Reprocessing.Domain.Imports;
using Reprocessing.Storage.Imports;
using Reprocessing.Storage.Jobs;
using ReprocessingFunctions.Http;
using ReprocessingFunctions.Orchestration;

namespace ReprocessingFunctions.Imports;

/// <summary>
/// Starts the orchestration of what was received. A request that is repeated under its key goes on with the import that the first
/// one made, wherever that one was cut off.
/// </summary>
internal sealed class ImportStarter(
    ImportStore imports,
    ImportUploads uploads,
    ImportReceiver receiver,
    IRequestKeys keys,
    IOptions<ImportOptions> options,
    ILogger<ImportStarter> logger)
{
    public const string KeyScope = "imports";

    /// <param name="key">The request's own; null when it has none.</param>
    public async Task<(ImportRecord? Import, Problem? Problem)> StartAsync(
        DurableTaskClient client, ReceivedImport received, string? key, CancellationToken cancellationToken)
    {
        var importId = received.Import.ImportId;
        if (key is not null)
        {
            var bound = await keys.BindAsync(KeyScope, key, received.Hash, importId, cancellationToken);
            if (bound.RequestHash != received.Hash)
            {
                await receiver.DropAsync(importId, cancellationToken);
                return (null, Problems.IdempotencyKeyReused(key));
            }

            if (bound.ResourceId != importId)
            {
                await HandOverAsync(received.Import, bound.ResourceId, cancellationToken);
                importId = bound.ResourceId;
            }
        }

        var ready = await MakeReadyAsync(received.Import with { ImportId = importId, State = ImportState.Pending }, cancellationToken);
        if (!ready.State.IsFinal())
        {
            await ScheduleAsync(client, ready, cancellationToken);
        }

        return (ready, null);
    }

    /// <summary>To the import that the first request has made, should it have been cut off before all was there.</summary>
    private async Task HandOverAsync(ImportRecord own, string importId, CancellationToken cancellationToken)
    {
        if (own.Path is null && await imports.GetAsync(importId, cancellationToken) is null or { State: ImportState.Receiving })
        {
            await using var content = uploads.Open(own.ImportId, 0, own.Length);
            await uploads.SaveAsync(importId, content, own.Length, _ => { }, cancellationToken);
        }

        await receiver.DropAsync(own.ImportId, cancellationToken);
    }

    private async Task<ImportRecord> MakeReadyAsync(ImportRecord ready, CancellationToken cancellationToken)
    {
        var stored = await imports.EditAsync(
            ready.ImportId,
            import => import.State == ImportState.Receiving ? ready with { CreatedAt = import.CreatedAt, IsCancelRequested = import.IsCancelRequested } : null,
            cancellationToken);
        if (stored is not null)
        {
            return stored;
        }

        await imports.CreateAsync(ready, cancellationToken);
        return ready;
    }

    private async Task ScheduleAsync(DurableTaskClient client, ImportRecord import, CancellationToken cancellationToken)
    {
        var settings = options.Value;
        var limits = new ImportLimits(
            settings.Parallelism, settings.PageRecords, settings.PageBytes, settings.HeartbeatTimeout, settings.EnrichmentUrl is { Length: > 0 });
        var input = new ImportOrchestrationInput(import.ImportId, limits, import.First);
        if (await client.StartOnceAsync(nameof(ImportOrchestrator), import.ImportId, input, cancellationToken))
        {
            logger.ImportStarted(import.ImportId, import.Format, import.Mode, import.Length);
        }
    }
}
