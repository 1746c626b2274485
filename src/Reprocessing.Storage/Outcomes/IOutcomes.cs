namespace Reprocessing.Storage.Outcomes;

/// <summary>
/// The way of an attempt's end back to the job or run that asked for it. The order's own transaction leaves a note in its shard;
/// folding carries the notes to the items and the counts of their jobs and removes them.
/// </summary>
public interface IOutcomes
{
    /// <summary>Folds what is there. Several callers at once, or one that dies half way, count nothing twice.</summary>
    /// <returns>How many notes were folded.</returns>
    Task<int> FoldAsync(CancellationToken cancellationToken);
}
