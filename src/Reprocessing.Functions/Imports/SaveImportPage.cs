namespace Reprocessing.Functions.Imports;

/// <summary>May be done again: orders know the import and line that brought them, so the counts come out the same.</summary>
internal sealed class SaveImportPage(
    ImportSource source, ImportPages pages, IOrderStore orders, RestartStarter starter, RetryStrategy backoff, PageWatch watch)
{
    private const int ChunkSize = 100;

    [Function(nameof(SaveImportPage))]
    public Task<ImportCounts?> RunAsync(
        [ActivityTrigger] ImportPageWork work, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) => watch.RunAsync(
        work, nameof(SaveImportPage), (import, progress, token) => SaveAsync(import, work, client, progress, token), cancellationToken);

    private async Task<ImportCounts> SaveAsync(
        ImportRecord import, ImportPageWork work, DurableTaskClient client, PageProgress progress, CancellationToken cancellationToken)
    {
        var (read, rejected) = await source.ReadPageAsync(import, work, cancellationToken);
        var lookups = work.IsEnriching ? await pages.ReadLookupsAsync(work.ImportId, work.Number, cancellationToken) : null;
        var (stored, alreadyThere) = (0, 0);
        var (total, done) = (read.Count + rejected.Count, rejected.Count);
        foreach (var chunk in read.Chunk(ChunkSize))
        {
            await progress.ReportAsync(done, total, cancellationToken);
            ImportedRecord[] records = [.. chunk.Select(record => Enrich(record, lookups))];
            var created = await orders.CreateManyAsync([.. records.Select(record => ToOrder(import, record))], cancellationToken);
            if (import.Mode == ImportMode.Start)
            {
                // A restart target may be external and take long to answer.
                List<OrderStart> starts = [.. created.Select(StartOf).OfType<OrderStart>()];
                await progress.ReportWhileAsync(done, total, starter.StartAllAsync(client, starts, cancellationToken), cancellationToken);
            }

            foreach (var (record, outcome) in records.Zip(created))
            {
                switch (await MeetAsync(import, record, await FindKnownAsync(import, record, outcome, cancellationToken), cancellationToken))
                {
                    case CreateOutcome.Created:
                        stored++;
                        break;
                    case CreateOutcome.AlreadyThere:
                        alreadyThere++;
                        break;
                    case var refused:
                        rejected.Add(Reject(record, refused));
                        break;
                }
            }

            done += chunk.Length;
        }

        await progress.ReportAsync(done, total, cancellationToken);
        var enriched = lookups is null ? 0 : read.Count(record => lookups.TryGetValue(record.Line, out var kept) && kept.ValueKind == JsonValueKind.Object);
        var counts = new ImportCounts(
            Read: total,
            Stored: stored,
            AlreadyThere: alreadyThere,
            Rejected: rejected.Count,
            Enriched: enriched,
            NotEnriched: lookups is null ? 0 : read.Count - enriched);
        await pages.SaveAsync(work.ImportId, new(work.Number, work.From, work.To, counts), rejected, cancellationToken);
        return counts;
    }

    private static ImportedRecord Enrich(ImportedRecord record, IReadOnlyDictionary<long, JsonElement>? lookups) => lookups is null ? record : record with
    {
        Order = record.Order with
        {
            Input = Enrichment.Add(record.Order.Input, lookups.TryGetValue(record.Line, out var kept) ? kept : null),
        },
    };

    /// <summary>A lookup may give something else the next time: that does not make it another order.</summary>
    private async Task<CreateOutcome> FindKnownAsync(ImportRecord import, ImportedRecord record, CreateOutcome created, CancellationToken cancellationToken)
    {
        var orderId = record.Order.Input.OrderId;
        return created is CreateOutcome.Conflict
            && await orders.GetInputAsync(orderId, cancellationToken) is { } stored
            && Enrichment.IsSame(stored, record.Order.Input)
            && await orders.GetAsync(orderId, cancellationToken) is { } known
            && ToOrder(import, record).ConflictWith(known) is null ? new CreateOutcome.AlreadyThere(known, null) : created;
    }

    /// <summary>An order that was there before counts as such only when all that the record says is so. A page saved again knows its failure by the record's mark.</summary>
    private async Task<CreateOutcome> MeetAsync(ImportRecord import, ImportedRecord record, CreateOutcome created, CancellationToken cancellationToken)
    {
        var mark = ImportSource.MarkOf(import.Id, record.Line);
        if (created is not CreateOutcome.AlreadyThere { Order: var known } || known.Source == mark)
        {
            return created is CreateOutcome.AlreadyThere there ? new CreateOutcome.Created(there.Order, null) : created;
        }

        if (import.Mode != ImportMode.Failed)
        {
            return created;
        }

        var report = ToReport(import, record.Order) with { RunId = mark };
        var outcome = FailureOf(known, report.WorkflowId) is null
            ? await orders.RecordFailureAsync(report, backoff, cancellationToken)
            : new ChangeOutcome.Unchanged(known);
        return outcome switch
        {
            ChangeOutcome.Changed changed => new CreateOutcome.Created(changed.Order, null),
            ChangeOutcome.Unchanged { Order: var order } => Compare(order, FailureOf(order, report.WorkflowId), report, created),
            ChangeOutcome.Refused refused => new CreateOutcome.Conflict($"Its failure cannot be recorded: {refused.Message}"),
            _ => new CreateOutcome.Conflict($"There is no order {known.OrderId} any more."),
        };
    }

    private static OrderFailure? FailureOf(Order order, string workflowId) =>
        order.Attempts.FirstOrDefault(attempt => attempt.Failure?.WorkflowId == workflowId)?.Failure;

    private static CreateOutcome Compare(Order order, OrderFailure? told, FailureReport report, CreateOutcome asThere) =>
        told?.RunId == report.RunId ? new CreateOutcome.Created(order, null)
        : OrderFailure.From(report) is var asked && (told?.Status, told?.Reason) == (asked.Status, asked.Reason) ? asThere
        : new CreateOutcome.Conflict($"Order {order.OrderId} has another failure of workflow {report.WorkflowId}: {told?.Status}, {told?.Reason}");

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
        IsExternal = import.Mode != ImportMode.Start,
        Failure = import.Mode == ImportMode.Failed ? new(ToReport(import, record.Order), backoff) : null,
        Source = ImportSource.MarkOf(import.Id, record.Line),
    };

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
