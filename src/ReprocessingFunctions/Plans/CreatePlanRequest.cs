using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Domain.Jobs;
using ReprocessingFunctions.DeadLetters.Bulk;
using ReprocessingFunctions.Http;
using ReprocessingFunctions.Jobs;
using ReprocessingFunctions.OpenApi;
using ReprocessingFunctions.Resets;

namespace ReprocessingFunctions.Plans;

internal sealed record CreatePlanRequest
{
    [Required]
    public JobOperation? Operation { get; init; }

    [Required]
    public PlanSelection? Selection { get; init; }

    /// <summary>The operation's own; frozen with the selection.</summary>
    [Description("The operation's own; frozen with the selection.")]
    [AnyOf(typeof(ReprocessOptions), typeof(ResolveOptions), typeof(PurgeOptions), typeof(ResetOptions))]
    public JsonElement? Options { get; init; }

    [Description("Needed unless the platform's sign-in says who asks.")]
    [StringLength(Requester.MaxLength, MinimumLength = 1)]
    public string? RequestedBy { get; init; }

    [Range(1, PlanOptions.LongestLifetimeMinutes)]
    public int? ExpiresInMinutes { get; init; }

    /// <summary>The order, or everything that is wrong with it.</summary>
    public (PlanOrder? Order, Problem? Problem) Read(HttpRequestData request, PlanMaker maker)
    {
        var (requester, requesterFault) = Requester.Read(request, RequestedBy);
        ProblemError?[] faults =
        [
            PlanRequestRules.OperationFault(Operation, maker.Operations),
            requesterFault,
            PlanRequestRules.LifetimeFault(ExpiresInMinutes),
        ];
        if (faults.OfType<ProblemError>().ToList() is { Count: > 0 } found)
        {
            return (null, Problems.InvalidBody(found));
        }

        var (options, optionsProblem) = PlanRequestRules.ReadOptions(Options);
        var (selection, selectionProblem) = SelectionTexts.Read(Selection);
        if ((selectionProblem ?? PlanRequestRules.SelectionProblem(selection, maker.MaxItems) ?? optionsProblem) is { } problem)
        {
            return (null, problem);
        }

        var order = new PlanOrder(Operation!.Value, selection!, options, requester)
        {
            Lifetime = ExpiresInMinutes is { } minutes ? TimeSpan.FromMinutes(minutes) : null,
        };
        return maker.Check(order) is { } refused ? (null, refused) : (order, null);
    }
}
