using Reprocessing.Cli.Plans;

namespace Reprocessing.Cli.DeadLetters;

/// <summary>What is done to many dead letters.</summary>
internal static class DeadLetterVerbs
{
    public static BulkVerb Retry { get; } = new(
        "retry", Operations.Retry, "Take dead letters up anew and start their workflows.", SelectionOptions.OfDeadLetters, () => new RetryOptions());

    public static BulkVerb Resolve { get; } = new(
        "resolve", Operations.Resolve, "Close dead letters without a restart.", SelectionOptions.OfDeadLetters, () => new ResolveOptions());

    public static BulkVerb Purge { get; } = new(
        "purge", Operations.Purge, "Delete resolved dead letters. Nothing takes this back.", SelectionOptions.OfDeadLetters, () => new PurgeOptions());
}
