namespace Reprocessing.Storage.Orders;

/// <summary>An order to create: by default one whose workflow this app starts.</summary>
public sealed record NewOrder(OrderInput Input)
{
    /// <summary>Another system works on it; no workflow is started until a run restarts it.</summary>
    public bool IsExternal { get; init; }

    /// <summary>It arrives failed: the backlog of another system.</summary>
    public ArrivedFailure? Failure { get; init; }

    /// <summary>Kept with the order, so that who asks again knows its own order from one that was there before.</summary>
    public string? Source { get; init; }

    /// <summary>Why the same order, which is there already, is not what is asked for; null when it is. Nothing is done to it either way.</summary>
    public string? ConflictWith(Order known) =>
        Failure is not null ? null
        : IsExternal && known.WasStartedHere ? $"Order {known.OrderId} is there as one whose workflow this app has started."
        : !IsExternal && !known.IsRunHere ? $"Order {known.OrderId} is there as one that another system works on; its workflow is not started."
        : null;
}

public sealed record ArrivedFailure(FailureReport Report, RetryStrategy Strategy);

public abstract record CreateOutcome
{
    public sealed record Created(Order Order, OrderStart? Start) : CreateOutcome;

    /// <param name="Start">Set while its workflow has not begun: starting it again does no harm and mends a lost start.</param>
    public sealed record AlreadyThere(Order Order, OrderStart? Start) : CreateOutcome;

    public sealed record Conflict(string Message) : CreateOutcome;

    /// <summary>Nothing was stored: the input breaks rules or does not fit into a row.</summary>
    public sealed record Invalid(IReadOnlyList<InputProblem> Problems) : CreateOutcome;
}

/// <summary>Adds orders, many in a transaction. A row that is there already is the dedupe: the same content again is no fault, other content is a conflict.</summary>
internal sealed class OrderCreation(StorageTables tables, TimeProvider time)
{
    public async Task<IReadOnlyList<CreateOutcome>> CreateAsync(IReadOnlyList<NewOrder> orders, CancellationToken cancellationToken)
    {
        var outcomes = new CreateOutcome[orders.Count];
        List<Planned> planned = [];
        foreach (var (index, order) in orders.Index())
        {
            var now = time.GetUtcNow();
            if (Check(order, now, out var text) is { Count: > 0 } problems)
            {
                outcomes[index] = new CreateOutcome.Invalid(problems);
                continue;
            }

            planned.Add(Plan(index, order, text, now));
        }

        // The same id twice is one row: the second of them is told what the first has stored.
        var firsts = planned.DistinctBy(plan => plan.Order.OrderId).ToList();
        List<Planned> again = [.. planned.Except(firsts)];
        foreach (var shard in firsts.GroupBy(plan => tables.PartitionOf(plan.Order.OrderId)))
        {
            again.AddRange(await AddAsync(shard.Key, [.. shard], outcomes, cancellationToken));
        }

        foreach (var plan in again)
        {
            outcomes[plan.Index] = await CompareAsync(orders[plan.Index], plan, cancellationToken);
        }

        return outcomes;
    }

    private async Task<IEnumerable<Planned>> AddAsync(
        string partition, List<Planned> planned, CreateOutcome[] outcomes, CancellationToken cancellationToken)
    {
        var units = planned.ConvertAll(plan => new TransactionUnit<Planned>(
            plan, new OrderChange(partition, null, plan.Order, plan.Told, plan.InputText).Actions()));
        var refused = await UnitSubmitter.SubmitAsync(tables.Orders, units, cancellationToken);
        foreach (var plan in planned)
        {
            outcomes[plan.Index] = new CreateOutcome.Created(plan.Order, StartOf(plan.Order, plan.Input));
        }

        foreach (var refusal in refused.Where(refusal => !refusal.IsConflict))
        {
            outcomes[refusal.Unit.Subject.Index] = new CreateOutcome.Invalid(
                [new(string.Empty, $"cannot be stored: {refusal.Answer.ErrorCode ?? refusal.Answer.Message}")]);
        }

        return refused.Where(refusal => refusal.IsConflict).Select(refusal => refusal.Unit.Subject);
    }

    private async Task<CreateOutcome> CompareAsync(NewOrder order, Planned plan, CancellationToken cancellationToken)
    {
        var stored = await OrderReader.ReadAsync(tables, plan.Order.OrderId, withInput: true, cancellationToken);
        if (stored is null)
        {
            return new CreateOutcome.Conflict($"Order {plan.Order.OrderId} could not be added, for one of its rows is there already.");
        }

        var isSame = JsonElement.DeepEquals(JsonElement.Parse(plan.InputText), JsonElement.Parse(stored.InputText!));
        return !isSame ? new CreateOutcome.Conflict($"Order {plan.Order.OrderId} exists with other content.")
            : order.ConflictWith(stored.Order) is { } conflict ? new CreateOutcome.Conflict(conflict)
            : new CreateOutcome.AlreadyThere(stored.Order, StartOf(stored.Order, stored.ReadInput()));
    }

    private static Planned Plan(int index, NewOrder order, string text, DateTimeOffset now)
    {
        var created = order.IsExternal || order.Failure is not null
            ? OrderTransitions.CreateExternal(order.Input, now)
            : OrderTransitions.Create(order.Input, now);
        created = created with { Order = created.Order with { Source = order.Source } };
        if (order.Failure is not { } arrived)
        {
            return new(index, order.Input, text, created.Order, created.Events);
        }

        var failed = (Transition.Applied)OrderStore.Fail(created.Order, OrderFailure.From(arrived.Report), arrived.Strategy, now);
        return new(index, order.Input, text, failed.Order, [.. created.Events, .. failed.Events]);
    }

    /// <param name="text">The input as JSON, when nothing else is wrong.</param>
    private static List<InputProblem> Check(NewOrder order, DateTimeOffset now, out string text)
    {
        List<InputProblem> problems = [.. OrderInputRules.Check(order.Input)];
        if (order.Failure is { } arrived)
        {
            problems.AddRange(arrived.Report.Check(now).Select(problem => problem with { Path = "/failure" + problem.Path }));
            if (arrived.Report.OrderId != order.Input.OrderId)
            {
                problems.Add(new("/failure/orderId", "must be the order's own id"));
            }
        }

        text = problems.Count == 0 ? StorageJson.Write(order.Input) : string.Empty;
        var size = Encoding.UTF8.GetByteCount(text);
        if (size > OrderInputRules.MaxBytes)
        {
            problems.Add(new(string.Empty, $"must have at most {OrderInputRules.MaxBytes} bytes of JSON, has {size}"));
        }

        return problems;
    }

    private static OrderStart? StartOf(Order order, OrderInput input) =>
        order.StartDecidedAt is null ? null : StoredOrder.StartOf(order, input);

    private sealed record Planned(int Index, OrderInput Input, string InputText, Order Order, IReadOnlyList<TimelineEvent> Told);
}
