using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Reprocessing.Domain.DeadLetters;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.DeadLetters.Bulk;

/// <summary>How a resolve job closes its dead letters. Retrying many is an operation of its own.</summary>
[Description("The options of resolve.")]
internal sealed record ResolveOptions
{
    [Description("cancelled or escalated; retrying many is an operation of its own.")]
    [Required]
    public DeadLetterResolution? Resolution { get; init; }

    [StringLength(BodyText.MaxReason, MinimumLength = 1)]
    public string? Notes { get; init; }

    public IReadOnlyList<ProblemError> Check()
    {
        List<ProblemError?> faults =
        [
            Resolution is DeadLetterResolution.Cancelled or DeadLetterResolution.Escalated
                ? null
                : new("'resolution' must be cancelled or escalated.", "#/options/resolution"),
            BodyText.OptionalFault(Notes, "notes", BodyText.MaxReason) is { } fault ? fault with { Pointer = "#/options/notes" } : null,
        ];
        return [.. faults.OfType<ProblemError>()];
    }
}
