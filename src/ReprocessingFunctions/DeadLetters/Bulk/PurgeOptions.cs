using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.DeadLetters.Bulk;

/// <summary>What is purged is gone, so it has to be confirmed.</summary>
[Description("The options of purge.")]
internal sealed record PurgeOptions
{
    private const string Word = "purge";

    /// <summary>Entries that are not resolved too. Their orders stay dead letters without one.</summary>
    [Description("Entries that are not resolved too.")]
    public bool Force { get; init; }

    /// <summary>The number of entries that will be deleted, or the word <c>purge</c>.</summary>
    [Description("The number of entries that will be deleted, or the word purge.")]
    [Required]
    public JsonElement? Confirm { get; init; }

    public IReadOnlyList<ProblemError> Check() => IsWord || Number is not null
        ? []
        : [new($"'confirm' must be the number of entries that will be deleted, or \"{Word}\".", "#/options/confirm")];

    /// <returns>Null when so many may be deleted.</returns>
    public ProblemError? CheckCount(int count) => Number is { } number && number != count
        ? new($"'confirm' says {number}, but {count} would be deleted.", "#/options/confirm")
        : null;

    private bool IsWord => Confirm is { ValueKind: JsonValueKind.String } word && word.GetString() == Word;

    private int? Number => Confirm is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) && value >= 0 ? value : null;
}
