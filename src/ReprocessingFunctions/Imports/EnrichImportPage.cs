using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Reprocessing.Storage.Imports;
using ReprocessingFunctions.Http;
using ReprocessingFunctions.Orchestration;

namespace ReprocessingFunctions.Imports;

/// <summary>
/// Looks up what belongs to the orders of a page and keeps it beside the page, under the line of each. A lookup that gives
/// nothing is left out; a service that is down is not asked for the whole page.
/// </summary>
internal sealed class EnrichImportPage(
    ImportPageReader reader, ImportPages pages, EnrichmentLookup lookup, Heartbeats heartbeats, IOptions<ImportOptions> options)
{
    /// <summary>So many failures in a row, and the rest of the page is stored without asking.</summary>
    private const int FailuresInARow = 20;

    /// <returns>How many lookups gave something.</returns>
    [Function(nameof(EnrichImportPage))]
    public async Task<int> RunAsync([ActivityTrigger] ImportPageCall call, CancellationToken cancellationToken)
    {
        var page = await reader.ReadAsync(call.Work, cancellationToken);
        var heartbeat = heartbeats.Of(call.Ticket);
        await heartbeat.BeatAsync(new(0, page.Orders.Count), cancellationToken);
        var found = new ConcurrentDictionary<string, JsonElement>();
        var (done, failures) = (0, 0);
        await Parallel.ForEachAsync(
            page.Orders.GroupBy(order => lookup.AddressOf(order.Order.Input)),
            new ParallelOptions { MaxDegreeOfParallelism = options.Value.EnrichmentParallelism, CancellationToken = cancellationToken },
            async (asked, token) =>
            {
                var answer = Volatile.Read(ref failures) >= FailuresInARow ? LookupAnswer.Failed : await lookup.AskAsync(asked.Key, token);
                Interlocked.Exchange(ref failures, answer.IsFailure ? Volatile.Read(ref failures) + 1 : 0);
                foreach (var order in asked.Where(_ => answer.Found is not null))
                {
                    found[order.Line.ToString(CultureInfo.InvariantCulture)] = answer.Found!.Value;
                }

                var total = Interlocked.Add(ref done, asked.Count());
                await heartbeat.BeatAsync(new(total, page.Orders.Count), token);
            });
        await pages.KeepLookupsAsync(
            call.Work.ImportId, call.Work.Number, call.Ticket.Attempt, JsonSerializer.Serialize(found, AppJson.Worker), cancellationToken);
        return found.Count;
    }
}
