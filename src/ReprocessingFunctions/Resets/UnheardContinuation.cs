using System.Text.Json;
using Reprocessing.Domain.Resets;

namespace ReprocessingFunctions.Resets;

/// <summary>
/// The index hears of a continuation by an activity of the generation after it, and may never hear of it. The engine knows sooner: the
/// run's input is another than the first, and its history counts the generations.
/// </summary>
internal static class UnheardContinuation
{
    /// <param name="input">Of the run, as the engine has it; null when it was not asked for.</param>
    /// <param name="history">Null when it was not read.</param>
    /// <returns>The workflow with as many continuations as anybody knows of.</returns>
    public static ResetSubject Correct(FoundWorkflow found, string? input, WorkflowHistory? history) =>
        history?.Generation > (found.Subject.Continuations ?? 0) ? found.Subject with { Continuations = history.Generation }
        : found is { Record.OriginalInput: { } original, Subject.Continuations: 0 } && input is not null && !AreSame(original, input)
            ? found.Subject with { Continuations = 1 }
        : found is { Record.OriginalInput: null, Subject.Continuations: 0, Record: not null } && history is { Generation: null }
            ? found.Subject with { Continuations = null } // Nothing tells whether the input is still the first one.
        : found.Subject;

    private static bool AreSame(string one, string other)
    {
        try
        {
            using var first = JsonDocument.Parse(one);
            using var second = JsonDocument.Parse(other);
            return JsonElement.DeepEquals(first.RootElement, second.RootElement);
        }
        catch (JsonException)
        {
            return string.Equals(one, other, StringComparison.Ordinal);
        }
    }
}
