namespace Reprocessing.Functions.Plans;

internal sealed record CreatePlanRequest : PlanRequest
{
    [Required]
    public override JobOperation? Operation { get; init; }

    /// <summary>Its absence is not a fault of the body but an empty selection, which has a code of its own.</summary>
    [Required]
    public override PlanSelection? Selection { get; init => field = value ?? new(); } = new();
}

internal abstract record PlanRequest
{
    private const string SelectionPointer = "#/selection";
    private const int MostFaults = 20;

    public virtual JobOperation? Operation { get; init; }

    public virtual PlanSelection? Selection { get; init; }

    [Description("The operation's own; frozen with the selection.")]
    [AnyOf(typeof(ReprocessOptions), typeof(ResolveOptions), typeof(PurgeOptions), typeof(ResetOptions), typeof(FailingOptions))]
    public JsonElement? Options { get; init; }

    [Caller]
    [Description("Needed unless the platform's sign-in says who asks.")]
    public string? RequestedBy { get; init; }

    [Range(1, PlanOptions.LongestLifetimeMinutes)]
    public int? ExpiresInMinutes { get; init; }

    public PlanOrder ToPlan(HttpRequestData request, PlanMaker maker)
    {
        var selection = SelectionTexts.Read(Selection ?? new(), Operation!.Value);
        ProblemException.ThrowIf(Against(selection, maker.MaxItems));
        Problems.ThrowIfAny([.. IdFaults(selection.Ids, "ids").Take(MostFaults), .. IdFaults(selection.Exclude, "exclude").Take(MostFaults)]);
        TimeSpan? lifetime = ExpiresInMinutes is { } minutes ? TimeSpan.FromMinutes(minutes) : null;
        var order = new PlanOrder(Operation.Value, selection, ReadOptions(), Caller.Of(request, RequestedBy), lifetime);
        ProblemException.ThrowIf(maker.Check(order));
        return order;
    }

    public ProblemError? OperationFault(IReadOnlyList<JobOperation> known)
    {
        var names = string.Join(", ", known.Select(EnumNames.Of));
        return Operation is not { } operation ? new($"'operation' is needed: one of {names}.", "#/operation")
            : known.Contains(operation) ? null
            : new($"'{EnumNames.Of(operation)}' cannot be planned; 'operation' must be one of {names}.", "#/operation");
    }

    private string? ReadOptions() => Options switch
    {
        null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => null,
        { ValueKind: JsonValueKind.Object } given => JsonSerializer.Serialize(given, AppJson.Worker),
        _ => throw new ProblemException(Problems.InvalidOptions(new ProblemError("'options' must be a JSON object.", "#/options"))),
    };

    /// <summary>Nobody acts on everything by having said nothing.</summary>
    private static Problem? Against(PlanSelection selection, int maxItems)
    {
        bool[] said = [selection.Filter is not null, selection.Ids is not null, selection.All, selection.FromJob is not null];
        var ways = said.Count(isSaid => isSaid);
        return ways == 0 || selection.Ids is { Count: 0 } || (selection.Filter is { } filter && string.IsNullOrWhiteSpace(filter)) ? Problems.EmptySelection()
            : ways > 1 ? Problems.InvalidBody("Exactly one of 'filter', 'ids', 'all' and 'fromJob' may be said.", SelectionPointer)
            : selection.FromJob is { } jobId && !JobRoute.IsJob(jobId)
                ? Problems.InvalidBody($"'{jobId}' is the id of no job or run.", $"{SelectionPointer}/fromJob")
            : selection.States is { } states && (selection.FromJob is null || states.Count == 0)
                ? Problems.InvalidBody("'states' are those of the items of 'fromJob'; at least one.", $"{SelectionPointer}/states")
            : selection.Ids?.Count > maxItems || selection.Exclude?.Count > maxItems ? Problems.SelectionTooLarge(maxItems)
            : null;
    }

    private static IEnumerable<ProblemError> IdFaults(IReadOnlyList<string?>? ids, string member) =>
        from id in (ids ?? []).Index()
        let fault = Identifiers.Problem(id.Item)
        where fault is not null
        select new ProblemError($"The id {fault}.", $"{SelectionPointer}/{member}/{id.Index}");
}

internal sealed record PlanOrder(JobOperation Operation, PlanSelection Selection, string? Options, string RequestedBy, TimeSpan? Lifetime = null);

internal static class SelectionTexts
{
    /// <summary>The same selection with all ids in its lists.</summary>
    public static PlanSelection Read(PlanSelection selection, JobOperation operation)
    {
        var names = operation == JobOperation.Reset ? IdList.OfWorkflows : IdList.OfOrders;
        List<ProblemError> faults = [];
        var read = selection with
        {
            Ids = Join(selection.Ids, selection.IdsText, "idsText"),
            IdsText = null,
            Exclude = Join(selection.Exclude, selection.ExcludeText, "excludeText"),
            ExcludeText = null,
        };
        Problems.ThrowIfAny(faults);
        return read;

        IReadOnlyList<string>? Join(IReadOnlyList<string>? listed, string? text, string member)
        {
            if (text is null)
            {
                return listed;
            }

            var (list, problem) = IdList.Read(text, names);
            faults.AddRange(problem is null ? [] : [new ProblemError(problem, $"#/selection/{member}")]);
            return [.. listed ?? [], .. list?.Ids ?? []];
        }
    }
}
