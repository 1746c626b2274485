using Microsoft.Azure.Functions.Worker.Http;

namespace ReprocessingFunctions.Http;

/// <summary>Who wants something to end, and why.</summary>
internal sealed record CancelBody
{
    public string? RequestedBy { get; init; }

    public string? Reason { get; init; }

    /// <summary>As the body tells it, or the platform's sign-in where that tells the name.</summary>
    public static async Task<(Cancellation? Asked, Problem? Problem)> ReadAsync(HttpRequestData request, CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadOptionalAsync(request, new CancelBody(), cancellationToken);
        if (body.Value is not { } asked)
        {
            return (null, body.Problem ?? Problems.NoObject);
        }

        var (requester, fault) = Requester.Read(request, asked.RequestedBy);
        ProblemError?[] faults = [fault, BodyText.OptionalFault(asked.Reason, "reason", BodyText.MaxReason)];
        return faults.OfType<ProblemError>().ToList() is { Count: > 0 } found
            ? (null, Problems.InvalidBody(found))
            : (new(requester, asked.Reason), null);
    }
}

/// <summary>Whose wish it is that something ends.</summary>
internal sealed record Cancellation(string RequestedBy, string? Reason);
