using System.Globalization;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Reprocessing.Domain.Imports;
using Reprocessing.Storage.Imports;
using ReprocessingFunctions.Http;
using ReprocessingFunctions.Orchestration;

namespace ReprocessingFunctions.Imports;

/// <summary>
/// Stores the orders of a page, starts their workflows where the import says so, and writes what became of each record. All of it
/// may be done again: orders know the import and line that brought them, so the counts come out the same.
/// </summary>
internal sealed class SaveImportPage(ImportPageReader reader, ImportPages pages, OrderIntake intake, Heartbeats heartbeats)
{
    /// <summary>Orders between two signs of life, but for those while their workflows are started.</summary>
    private const int ChunkSize = 100;

    [Function(nameof(SaveImportPage))]
    public async Task<ImportCounts> RunAsync(
        [ActivityTrigger] ImportPageCall call, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var heartbeat = heartbeats.Of(call.Ticket);
        var page = await reader.ReadAsync(call.Work, cancellationToken);
        var lookups = await ReadLookupsAsync(call.Work, cancellationToken);
        var (total, done) = (page.Orders.Count + page.Rejected.Count, page.Rejected.Count);
        var tally = new PageTally(page.Rejected);
        foreach (var chunk in page.Orders.Chunk(ChunkSize))
        {
            var progress = new HeartbeatProgress(done, total);
            await heartbeat.BeatAsync(progress, cancellationToken);
            tally.Add(await intake.TakeAsync(
                page.Import,
                [.. chunk.Select(order => Enrich(order, lookups, tally))],
                client,
                starting => heartbeat.BeatWhileAsync(progress, starting, cancellationToken),
                cancellationToken));
            done += chunk.Length;
        }

        await heartbeat.BeatAsync(new(done, total), cancellationToken);
        var result = new ImportPage(call.Work.Number, call.Work.From, call.Work.To, tally.Counts);
        await pages.SaveAsync(call.Work.ImportId, result, tally.Rejected, cancellationToken);
        return result.Counts;
    }

    /// <summary>Null when nothing is looked up.</summary>
    private async Task<Dictionary<string, JsonElement>?> ReadLookupsAsync(ImportPageWork work, CancellationToken cancellationToken)
    {
        if (!work.IsEnriching)
        {
            return null;
        }

        var text = await pages.ReadLookupsAsync(work.ImportId, work.Number, cancellationToken);
        return text is null ? [] : JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(text, AppJson.Worker) ?? [];
    }

    private static ImportedRecord Enrich(ImportedRecord record, Dictionary<string, JsonElement>? lookups, PageTally tally)
    {
        if (lookups is null)
        {
            return record;
        }

        var isFound = lookups.TryGetValue(record.Line.ToString(CultureInfo.InvariantCulture), out var found);
        tally.AddLookup(isFound);
        var input = Enrichment.Add(record.Order.Input, isFound ? found : null);
        return record with { Order = record.Order with { Input = input } };
    }
}
