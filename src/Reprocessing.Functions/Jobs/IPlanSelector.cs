namespace Reprocessing.Functions.Jobs;

/// <summary>Finds what a plan freezes, in pages: a selection of any size passes through, and goes on after a crash.</summary>
internal interface IPlanSelector
{
    JobOperation Operation { get; }

    /// <summary>Null when selection and options can be used; else what is wrong with them. Asked before anything is read or stored.</summary>
    Problem? Check(PlanSelection selection, string? options);

    /// <summary>As people are shown it; equal selections print equally.</summary>
    string Describe(PlanSelection selection);

    /// <param name="client">For those whose items the engine knows more of than the storage.</param>
    Task<Reprocessing.Storage.Page<JobItem>> SelectAsync(PlanQuery query, DurableTaskClient client, CancellationToken cancellationToken);

    ProblemError? CheckCount(string? options, int count) => null;
}

/// <param name="Ids">Exactly these, each once and none that is left out; null where the selection has a filter, or means all.</param>
internal sealed record PlanQuery(
    PlanSelection Selection, string? Options, DateTimeOffset At, int Limit, string? Token, IReadOnlyList<string>? Ids = null)
{
    public HashSet<string> Excluded { get; } = (Selection.Exclude ?? []).ToHashSet(StringComparer.Ordinal);
}

/// <summary>Exactly one of filter, ids, all and fromJob.</summary>
internal sealed record PlanSelection
{
    [Description("In the filter grammar: errorType = timeout AND failureCount >= 3 AND $.customer.tier = 'gold'.")]
    public string? Filter { get; init; }

    public IReadOnlyList<string>? Ids { get; init; }

    [Description("The ids as text: an id a line, a CSV whose header names the column of ids, or JSON. Orders: orderId or id; workflows: instanceId, workflowId or id.")]
    public string? IdsText { get; init; }

    [Description("Everything of this kind; has to be said, an empty filter does not mean it.")]
    public bool All { get; init; }

    [Description("Items of this job or run, by their states in it: what it has left.")]
    public string? FromJob { get; init; }

    [Description("With fromJob: items in these states; pending and failed unless said.")]
    public IReadOnlyList<ItemState>? States { get; init; }

    [Description("Ids that are left out whatever else is said.")]
    public IReadOnlyList<string>? Exclude { get; init; }

    [Description("The ids that are left out, as text like idsText.")]
    public string? ExcludeText { get; init; }
}
