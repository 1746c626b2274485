namespace ReprocessingFunctions.Jobs.Slices;

/// <summary>
/// What an activity answers of the items that it was given: states alone, in their order, as it goes into the history; all else
/// that is known of an item stands on its row.
/// </summary>
/// <param name="Control">As the activity found it on the job's row.</param>
internal sealed record ItemsAnswer(IReadOnlyList<ItemState> States, JobControl? Control = null)
{
    public static ItemsAnswer Of(IEnumerable<ItemResult> results) => new([.. results.Select(result => result.State)]);

    public static ItemsAnswer All(ItemState state, int count, JobControl? control = null) => new([.. Enumerable.Repeat(state, count)], control);
}
