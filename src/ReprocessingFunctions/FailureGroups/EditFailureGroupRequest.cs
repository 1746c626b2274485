using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Storage.DeadLetters;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.FailureGroups;

/// <summary>What a person can make of a kind of failure; all other states follow from its entries.</summary>
internal enum EditedGroupState
{
    Archived,
    Open,
}

internal sealed record EditFailureGroupRequest
{
    [Required]
    [Description("archived puts the group aside, whatever comes; open lets its state follow from its entries again.")]
    public EditedGroupState? State { get; init; }

    [Description("Why. Not said, the note stays while the state does.")]
    public string? Note { get; init; }

    [Description("Whoever asks; the signed-in name when there is none.")]
    public string? RequestedBy { get; init; }

    public (FailureGroupDemand? Demand, Problem? Problem) Read(HttpRequestData request)
    {
        var (requester, fault) = Requester.Read(request, RequestedBy);
        var stateFault = State is null ? new ProblemError("'state' is needed: archived or open.", "#/state") : null;
        List<ProblemError> faults =
            [.. new[] { stateFault, BodyText.OptionalFault(Note, "note", BodyText.MaxReason), fault }.OfType<ProblemError>()];
        return faults.Count > 0
            ? (null, Problems.InvalidBody(faults))
            : (new(State == EditedGroupState.Archived, Note, requester), null);
    }
}
