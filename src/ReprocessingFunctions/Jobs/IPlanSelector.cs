namespace ReprocessingFunctions.Jobs;

/// <summary>Finds what a plan freezes. Streams: a selection of any size passes through in pages.</summary>
internal interface IPlanSelector
{
    JobOperation Operation { get; }

    /// <summary>Null when selection and options can be used; else what is wrong with them. Asked before anything is read or stored.</summary>
    Problem? Check(PlanSelection selection, string? options);

    /// <summary>As people are shown it; equal selections print equally.</summary>
    string Describe(PlanSelection selection);

    /// <summary>Every item that matches, ineligible ones with their reason; each item once, a page at a time.</summary>
    /// <param name="client">For those whose items the engine knows more of than the storage.</param>
    IAsyncEnumerable<IReadOnlyList<JobItem>> SelectAsync(
        PlanSelection selection, string? options, DurableTaskClient client, CancellationToken cancellationToken);
}

/// <summary>Exactly one of filter, ids, all and fromJob.</summary>
internal sealed record PlanSelection
{
    [Description("In the filter grammar: errorType = timeout AND failureCount >= 3 AND $.customer.tier = 'gold'.")]
    public string? Filter { get; init; }

    public IReadOnlyList<string>? Ids { get; init; }

    [Description("The ids as text: an id a line, a CSV whose header names the column of ids, or JSON. Orders: orderId or id; workflows: instanceId, workflowId or id.")]
    public string? IdsText { get; init; }

    /// <summary>Everything of this kind; has to be said, an empty filter does not mean it.</summary>
    [Description("Everything of this kind; has to be said, an empty filter does not mean it.")]
    public bool All { get; init; }

    [Description("Items of this job or run, by their states in it: what it has left.")]
    public string? FromJob { get; init; }

    [Description("With fromJob: items in these states; pending and failed unless said.")]
    public IReadOnlyList<ItemState>? States { get; init; }

    /// <summary>Ids that are left out whatever else is said.</summary>
    [Description("Ids that are left out whatever else is said.")]
    public IReadOnlyList<string>? Exclude { get; init; }

    [Description("The ids that are left out, as text like idsText.")]
    public string? ExcludeText { get; init; }
}
