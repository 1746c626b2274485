using Microsoft.DurableTask.Client;
using Reprocessing.Domain.Exports;
using Reprocessing.Storage.Exports;
using ReprocessingFunctions.Orchestration;

namespace ReprocessingFunctions.Exports;

/// <summary>How far exports are, by what their pages hold.</summary>
internal sealed class ExportProgress(IExportStore exports, IExportPages pages, ExportContent content, TimeProvider time)
{
    public async Task<ExportAnswer> ShowAsync(ExportRecord export, CancellationToken cancellationToken) => ExportAnswer.Of(
        export, export.Totals ?? await pages.SumAsync(export.ExportId, cancellationToken), time.GetUtcNow());

    /// <summary>An orchestration that was terminated by hand, or that broke, writes no end of its export.</summary>
    public async Task<ExportRecord> EndIfBrokenAsync(ExportRecord export, DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (export.State.IsFinal() || await client.FindBrokenEndAsync(export.ExportId, cancellationToken) is not { } broken)
        {
            return export;
        }

        var now = time.GetUtcNow();
        var ended = await exports.EditAsync(
            export.ExportId,
            stored => stored.State.IsFinal() ? null : stored with
            {
                State = broken.IsTerminated ? ExportState.Canceled : ExportState.Failed,
                EndedAt = now,
                Error = broken.Reason,
                KeptUntil = now,
            },
            cancellationToken) ?? export;
        if (ended.State.IsFinal() && !ended.State.IsWhole())
        {
            await content.DropAsync(ended, cancellationToken);
        }

        return ended;
    }
}
