using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Domain.DeadLetters;
using Reprocessing.Domain.Names;
using Reprocessing.Domain.Orders;
using ReprocessingFunctions.DeadLetters.Bulk;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.DeadLetters;

/// <summary>How one dead letter is to leave the queue.</summary>
internal sealed record ResolveDeadLetterRequest
{
    [Required]
    [Description("manual_retry, cancelled or escalated.")]
    public string? Resolution { get; init; }

    [Description("Who decided it. The name of whoever signed in stands in for it.")]
    public string? ResolvedBy { get; init; }

    public string? Notes { get; init; }

    [Description("Retries also a permanent failure, and what came back too often.")]
    public bool Force { get; init; }

    [Description("What the retried workflow does otherwise than the settings say.")]
    public RetryModifications? Modifications { get; init; }

    public (DeadLetterResolution Resolution, AuditedAction Act, Problem? Problem) Read(HttpRequestData request)
    {
        var known = EnumNames.TryParse<DeadLetterResolution>(Resolution, out var resolution);
        var (name, nameFault) = Requester.Read(request, ResolvedBy, "resolvedBy");
        var isRetry = resolution == DeadLetterResolution.ManualRetry;
        List<ProblemError?> faults =
        [
            known ? null : new($"'resolution' must be one of {string.Join(", ", EnumNames.All<DeadLetterResolution>())}.", "#/resolution"),
            nameFault,
            BodyText.OptionalFault(Notes, "notes", BodyText.MaxReason),
            known && !isRetry && Force ? new("'force' is for manual_retry alone.", "#/force") : null,
            known && !isRetry && Modifications is not null ? new("'modifications' are for manual_retry alone.", "#/modifications") : null,
            Modifications?.Check("#/modifications"),
        ];
        ProblemError[] found = [.. faults.OfType<ProblemError>()];
        return (resolution, new(name, Notes), found.Length == 0 ? null : Problems.InvalidBody(found));
    }
}
