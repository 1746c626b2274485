namespace ReprocessingFunctions.Imports;

/// <summary>
/// Stores the orders of a page, starts their workflows where the import says so, and writes what became of each record. All of it may be
/// done again: orders know the import and line that brought them, so the counts come out the same.
/// </summary>
internal sealed class SaveImportPage(
    ImportPageReader reader, ImportPages pages, IOrderStore orders, RestartStarter starter, RetryStrategy backoff, PageWatch watch)
{
    /// <summary>Orders between two reports of progress, except while their workflows are started.</summary>
    private const int ChunkSize = 100;

    [Function(nameof(SaveImportPage))]
    public Task<ImportCounts> RunAsync(
        [ActivityTrigger] ImportPageWork work, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) => watch.RunAsync(
        work, nameof(SaveImportPage), (progress, token) => SaveAsync(work, client, progress, token), cancellationToken);

    private async Task<ImportCounts> SaveAsync(
        ImportPageWork work, DurableTaskClient client, PageProgress progress, CancellationToken cancellationToken)
    {
        var page = await reader.ReadAsync(work, cancellationToken);
        var lookups = await ReadLookupsAsync(work, cancellationToken);
        List<RejectedRecord> rejected = [.. page.Rejected];
        var (stored, alreadyThere) = (0, 0);
        var (total, done) = (page.Orders.Count + rejected.Count, rejected.Count);
        foreach (var chunk in page.Orders.Chunk(ChunkSize))
        {
            await progress.ReportAsync(done, total, cancellationToken);
            ImportedRecord[] records = [.. chunk.Select(record => Enrich(record, lookups))];
            var created = await orders.CreateManyAsync([.. records.Select(record => ToOrder(page.Import, record))], cancellationToken);
            if (page.Import.Mode == ImportMode.Start)
            {
                // A restart target may be external and take long to answer.
                List<OrderStart> starts = [.. created.Select(StartOf).OfType<OrderStart>()];
                await progress.ReportWhileAsync(done, total, starter.StartAllAsync(client, starts, cancellationToken), cancellationToken);
            }

            foreach (var (record, outcome) in records.Zip(created))
            {
                var known = await FindKnownAsync(record, outcome, cancellationToken);
                if (outcome is CreateOutcome.Created || known?.Source == ImportSource.MarkOf(work.ImportId, record.Line))
                {
                    // By this record, now or when the page was saved before.
                    stored++;
                }
                else if (known is not null)
                {
                    alreadyThere++;
                }
                else
                {
                    rejected.Add(Reject(record, outcome));
                }
            }

            done += chunk.Length;
        }

        await progress.ReportAsync(done, total, cancellationToken);
        var enriched = lookups is null ? 0 : page.Orders.Count(record => lookups.ContainsKey(KeyOf(record)));
        var counts = new ImportCounts(
            Read: total,
            Stored: stored,
            AlreadyThere: alreadyThere,
            Rejected: rejected.Count,
            Enriched: enriched,
            NotEnriched: lookups is null ? 0 : page.Orders.Count - enriched);
        await pages.SaveAsync(work.ImportId, new(work.Number, work.From, work.To, counts), rejected, cancellationToken);
        return counts;
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

    private static ImportedRecord Enrich(ImportedRecord record, Dictionary<string, JsonElement>? lookups) => lookups is null ? record : record with
    {
        Order = record.Order with
        {
            Input = Enrichment.Add(record.Order.Input, lookups.TryGetValue(KeyOf(record), out var found) ? found : null),
        },
    };

    private static string KeyOf(ImportedRecord record) => record.Line.ToString(CultureInfo.InvariantCulture);

    /// <summary>The same order as it is stored. A lookup may give something else the next time: that does not make it another order.</summary>
    private async Task<Order?> FindKnownAsync(ImportedRecord record, CreateOutcome created, CancellationToken cancellationToken) => created switch
    {
        CreateOutcome.AlreadyThere there => there.Order,
        CreateOutcome.Conflict when await orders.GetInputAsync(record.Order.Input.OrderId, cancellationToken) is { } stored
            && Enrichment.IsSame(stored, record.Order.Input) => await orders.GetAsync(record.Order.Input.OrderId, cancellationToken),
        _ => null,
    };

    private static RejectedRecord Reject(ImportedRecord record, CreateOutcome created)
    {
        var (reason, message) = created switch
        {
            CreateOutcome.Conflict conflict => (RejectReason.Conflict, conflict.Message),
            CreateOutcome.Invalid invalid => (RejectReason.InvalidOrder, ImportProblems.Describe(invalid.Problems)),
            _ => throw new InvalidOperationException("The order store gave an unknown answer."),
        };
        return RejectedRecord.Of(record.Line, new(reason, message, record.Order.Input.OrderId), record.Raw);
    }

    private NewOrder ToOrder(ImportRecord import, ImportedRecord record) => new(record.Order.Input)
    {
        IsRunElsewhere = import.Mode != ImportMode.Start,
        Failure = import.Mode == ImportMode.Failed ? new(ToReport(import, record.Order), backoff) : null,
        Source = ImportSource.MarkOf(import.Id, record.Line),
    };

    /// <summary>Fills in what a record does not say of its failure, in the same way each time that the page is saved.</summary>
    private static FailureReport ToReport(ImportRecord import, ImportedOrder order) => new(
        order.Input.OrderId,
        order.Failure.FailureStatus ?? string.Empty,
        order.Failure.WorkflowId ?? $"imported-{order.Input.OrderId}",
        order.Failure.FailedAt ?? import.CreatedAt,
        order.Failure.Reason);

    private static OrderStart? StartOf(CreateOutcome outcome) => outcome switch
    {
        CreateOutcome.Created created => created.Start,
        CreateOutcome.AlreadyThere there => there.Start,
        _ => null,
    };
}

/// <summary>An order of a page, and where it stands.</summary>
/// <param name="Raw">For a reject, should it come to that.</param>
internal sealed record ImportedRecord(long Line, ImportedOrder Order, string Raw);

/// <summary>A page as it was read: each record is in one of the lists.</summary>
internal sealed record ReadPage(ImportRecord Import, IReadOnlyList<ImportedRecord> Orders, IReadOnlyList<RejectedRecord> Rejected);

/// <summary>Reads the records of a page and makes orders of them. The same page gives the same, whenever it is read.</summary>
internal sealed class ImportPageReader(ITransferStore<ImportRecord> imports, ImportSource source)
{
    public async Task<ReadPage> ReadAsync(ImportPageWork work, CancellationToken cancellationToken)
    {
        var import = await imports.GetAsync(work.ImportId, cancellationToken)
            ?? throw new InvalidOperationException($"There is no import {work.ImportId}.");
        var records = ImportSource.RecordsOf(import);
        List<ImportedRecord> orders = [];
        List<RejectedRecord> rejected = [];
        await foreach (var record in source.ReadAsync(import, work.From, cancellationToken))
        {
            if (record.At.Offset >= work.To.Offset)
            {
                break;
            }

            var (order, rejection) = records.Read(record);
            var raw = RecordText.Show(record.Content.Span);
            if (order is not null)
            {
                orders.Add(new(record.At.Line, order, raw));
            }
            else if (rejection is not null)
            {
                rejected.Add(RejectedRecord.Of(record.At.Line, rejection, raw));
            }
        }

        return new(import, orders, rejected);
    }
}
