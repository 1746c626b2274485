using System.ComponentModel.DataAnnotations;
using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Domain.Orders;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Orders;

/// <summary>Who does something to an order, and why.</summary>
internal sealed record OrderActRequest
{
    [Required]
    public string? Reason { get; init; }

    public string? RequestedBy { get; init; }

    /// <summary>Of the address and the body together.</summary>
    public static async Task<(AuditedAction Act, Problem? Problem)> ReadAsync(HttpRequestData request, string orderId, CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadAsync<OrderActRequest>(request, cancellationToken);
        var asked = body.Value ?? new();
        var (name, nameFault) = Requester.Read(request, asked.RequestedBy);
        ProblemError[] faults = [.. new[] { BodyText.Fault(asked.Reason, "reason", BodyText.MaxReason), nameFault }.OfType<ProblemError>()];
        return (
            new(name, asked.Reason),
            OrderIds.Check(orderId) ?? body.Problem ?? (faults.Length > 0 ? Problems.InvalidBody(faults) : null));
    }
}
