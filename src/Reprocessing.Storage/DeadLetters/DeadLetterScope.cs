using Azure.Data.Tables;
using Reprocessing.Domain.DeadLetters;
using Reprocessing.Domain.Names;

namespace Reprocessing.Storage.DeadLetters;

/// <summary>Entries by how they left the queue.</summary>
public sealed record DeadLetterScope
{
    private DeadLetterScope(string? condition) => Condition = condition;

    /// <summary>Those in the queue.</summary>
    public static DeadLetterScope Unresolved { get; } = new("Resolution eq ''");

    public static DeadLetterScope Resolved { get; } = new("Resolution ne ''");

    public static DeadLetterScope Any { get; } = new(condition: null);

    internal string? Condition { get; }

    public static DeadLetterScope Of(DeadLetterResolution resolution) =>
        new(TableClient.CreateQueryFilter($"Resolution eq {StableNames.Of(resolution)}"));
}
