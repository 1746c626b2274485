namespace Reprocessing.Functions.Transfers;

/// <summary>Deletes content whose time is over, starts exports whose host died before their start, and ends what nobody ends any more.</summary>
internal sealed class TransferReconciler(
    TransferStore<ImportRecord> imports,
    TransferStore<ExportRecord> exports,
    TransferSteps<ImportRecord> importSteps,
    TransferSteps<ExportRecord> exportSteps,
    ExportStarter starter,
    TransferBlobs blobs,
    TimeProvider time,
    ILogger<TransferReconciler> logger)
{
    /// <summary>Younger ones are being started.</summary>
    private static readonly TimeSpan StartAge = TimeSpan.FromMinutes(1);

    /// <summary>No request takes so long.</summary>
    private static readonly TimeSpan AbandonedAge = TimeSpan.FromHours(1);

    private static readonly TimeSpan OrphanAge = TimeSpan.FromDays(1);

    public async Task ReconcileAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await foreach (var export in exports.ListOpenAsync(cancellationToken))
        {
            if (export.CreatedAt < now - StartAge)
            {
                await starter.EnsureStartedAsync(client, export, cancellationToken);
            }

            await ReconcileAsync(exportSteps, export, client, now, cancellationToken);
        }

        await foreach (var import in imports.ListOpenAsync(cancellationToken))
        {
            if (import.State is TransferState.Receiving or TransferState.Pending)
            {
                await EndAbandonedAsync(import, client, now, cancellationToken);
            }
            else
            {
                await ReconcileAsync(importSteps, import, client, now, cancellationToken);
            }
        }
    }

    /// <summary>Deletes content that no row counts: what came late of work that was given up, after its transfer had ended.</summary>
    public async Task CleanContentAsync(CancellationToken cancellationToken)
    {
        var owners = await blobs.ListOwnersAsync(time.GetUtcNow() - OrphanAge, cancellationToken).ToHashSetAsync(cancellationToken: cancellationToken);
        owners.ExceptWith(await imports.ListOpenAsync(cancellationToken).Select(import => import.Id).ToListAsync(cancellationToken));
        owners.ExceptWith(await exports.ListOpenAsync(cancellationToken).Select(export => export.Id).ToListAsync(cancellationToken));
        foreach (var owner in owners)
        {
            await blobs.DeleteContentAsync(owner, cancellationToken);
            logger.ContentDropped(owner);
        }
    }

    private async Task ReconcileAsync<T>(
        TransferSteps<T> steps, T record, DurableTaskClient client, DateTimeOffset now, CancellationToken cancellationToken)
        where T : TransferRecord, ITransferKind
    {
        if (!record.State.IsFinal())
        {
            await steps.EndIfBrokenAsync(record, client, cancellationToken);
        }
        else if (record.KeptUntil <= now)
        {
            await steps.DropContentAsync(record, cancellationToken);
            logger.ContentDropped(record.Id);
        }
    }

    private async Task EndAbandonedAsync(ImportRecord import, DurableTaskClient client, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (import.CreatedAt < now - AbandonedAge && await client.GetInstanceAsync(import.Id, cancellationToken) is null)
        {
            await importSteps.EndAsync(
                import.Id,
                TransferState.Failed,
                "The request was cut off before the import was started.",
                ended => ended.StartedAt is null ? ended : null,
                cancellationToken);
            logger.UploadAbandoned(import.Id);
        }
    }
}
