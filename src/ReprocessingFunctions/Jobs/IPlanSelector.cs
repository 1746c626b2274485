using Reprocessing.Domain.Jobs;
using Reprocessing.Storage.Jobs;
using ReprocessingFunctions.Http;

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
    IAsyncEnumerable<IReadOnlyList<JobItem>> SelectAsync(PlanSelection selection, string? options, CancellationToken cancellationToken);
}

/// <summary>Exactly one of filter, ids and all.</summary>
internal sealed record PlanSelection
{
    public string? Filter { get; init; }

    public IReadOnlyList<string>? Ids { get; init; }

    /// <summary>Everything of this kind; has to be said, an empty filter does not mean it.</summary>
    public bool All { get; init; }

    /// <summary>Ids that are left out whatever else is said.</summary>
    public IReadOnlyList<string>? Exclude { get; init; }
}
