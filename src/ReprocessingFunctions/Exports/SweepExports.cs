using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Reprocessing.Domain.Exports;
using Reprocessing.Storage.Exports;

namespace ReprocessingFunctions.Exports;

/// <summary>
/// Deletes content whose time is over, starts exports that were stored and not started because their host died in between, and ends
/// those whose orchestration was ended by hand.
/// </summary>
internal sealed class SweepExports(
    IExportStore exports,
    ExportStarter starter,
    ExportProgress progress,
    ExportContent content,
    TimeProvider time,
    ILogger<SweepExports> logger)
{
    /// <summary>Younger ones are being started.</summary>
    private static readonly TimeSpan Age = TimeSpan.FromMinutes(1);

    [Function(nameof(SweepExports))]
    public async Task RunAsync(
        [TimerTrigger($"%{ExportOptions.ScheduleSetting}%")] TimerInfo timer,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await foreach (var export in exports.ListKeptAsync(cancellationToken))
        {
            if (export.State.IsFinal())
            {
                if (export.KeptUntil <= now)
                {
                    await content.DropAsync(export, cancellationToken);
                    logger.ExportDropped(export.ExportId);
                }
            }
            else if (export.CreatedAt < now - Age)
            {
                await starter.EnsureStartedAsync(client, export, cancellationToken);
                await progress.EndIfBrokenAsync(export, client, cancellationToken);
            }
        }
    }
}
