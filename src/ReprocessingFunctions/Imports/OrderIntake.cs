using Microsoft.DurableTask.Client;
using Reprocessing.Domain.Failures;
using Reprocessing.Domain.Imports;
using Reprocessing.Domain.Orders;
using Reprocessing.Domain.Retries;
using Reprocessing.Storage.Imports;
using Reprocessing.Storage.Orders;
using ReprocessingFunctions.Restarts;

namespace ReprocessingFunctions.Imports;

internal abstract record IntakeOutcome
{
    private IntakeOutcome()
    {
    }

    /// <summary>By this record, now or when it was taken in before.</summary>
    public sealed record Stored : IntakeOutcome;

    public sealed record AlreadyThere : IntakeOutcome;

    public sealed record Rejected(RejectedRecord Record) : IntakeOutcome;
}

/// <summary>Stores the orders of an import and starts what is to be started.</summary>
internal sealed class OrderIntake(IOrderStore orders, RestartStarter starter, RetryStrategy backoff)
{
    /// <summary>An outcome for each, in the order given.</summary>
    /// <param name="whileStarting">
    /// Runs what is given to it and returns its result: somebody else may be asked to begin the work, and take long to answer.
    /// </param>
    public async Task<IReadOnlyList<IntakeOutcome>> TakeAsync(
        ImportRecord import,
        IReadOnlyList<ImportedRecord> records,
        DurableTaskClient client,
        Func<Func<CancellationToken, Task<int>>, Task<int>> whileStarting,
        CancellationToken cancellationToken)
    {
        var created = await orders.CreateManyAsync([.. records.Select(record => ToOrder(import, record))], cancellationToken);
        if (import.Mode == ImportMode.Start)
        {
            List<OrderStart> starts = [.. created.Select(StartOf).OfType<OrderStart>()];
            await whileStarting(async token => starts.Count - (await starter.StartAllAsync(client, starts, token)).Count);
        }

        var outcomes = new IntakeOutcome[records.Count];
        for (var index = 0; index < records.Count; index++)
        {
            outcomes[index] = await ToOutcomeAsync(import, records[index], created[index], cancellationToken);
        }

        return outcomes;
    }

    private async Task<IntakeOutcome> ToOutcomeAsync(
        ImportRecord import, ImportedRecord record, CreateOutcome created, CancellationToken cancellationToken) => created switch
        {
            CreateOutcome.Created => new IntakeOutcome.Stored(),
            CreateOutcome.AlreadyThere there => Known(import, record, there.Order),
            CreateOutcome.Conflict conflict => await CompareAsync(import, record, conflict, cancellationToken),
            CreateOutcome.Invalid invalid => Reject(record, RejectReason.InvalidOrder, ImportProblems.Describe(invalid.Problems)),
            _ => throw new InvalidOperationException("The order store gave an unknown answer."),
        };

    /// <summary>A lookup may give something else the next time: that does not make it another order.</summary>
    private async Task<IntakeOutcome> CompareAsync(
        ImportRecord import, ImportedRecord record, CreateOutcome.Conflict conflict, CancellationToken cancellationToken)
    {
        var orderId = record.Order.Input.OrderId;
        var isSame = await orders.GetInputAsync(orderId, cancellationToken) is { } stored && Enrichment.IsSame(stored, record.Order.Input);
        return isSame && await orders.GetAsync(orderId, cancellationToken) is { } order
            ? Known(import, record, order)
            : Reject(record, RejectReason.Conflict, conflict.Message);
    }

    private static IntakeOutcome Known(ImportRecord import, ImportedRecord record, Order order) =>
        order.Source == ImportIds.Source(import.ImportId, record.Line) ? new IntakeOutcome.Stored() : new IntakeOutcome.AlreadyThere();

    private static IntakeOutcome.Rejected Reject(ImportedRecord record, RejectReason reason, string message) =>
        new(RejectedRecord.Of(record.Line, new(reason, message, record.Order.Input.OrderId), record.Raw));

    private NewOrder ToOrder(ImportRecord import, ImportedRecord record) => new(record.Order.Input)
    {
        IsRunElsewhere = import.Mode != ImportMode.Start,
        Failure = import.Mode == ImportMode.Failed ? new(ToReport(import, record.Order), backoff) : null,
        Source = ImportIds.Source(import.ImportId, record.Line),
    };

    /// <summary>What a record does not say of its failure is said the same way each time that it is taken in.</summary>
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
