using Microsoft.Azure.Functions.Worker.Http;
using Reprocessing.Domain.Exports;
using Reprocessing.Domain.Imports;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Exports;

/// <summary>What is to be exported, and how.</summary>
internal sealed record ExportRequest
{
    /// <summary>Orders, which is all that there is so far.</summary>
    public ExportSubject? What { get; init; }

    /// <summary>jsonl unless said.</summary>
    public ImportFormat? Format { get; init; }

    /// <summary>Orders of this status only.</summary>
    public string? Status { get; init; }

    public string? RequestedBy { get; init; }

    public (ExportOrder? Order, Problem? Problem) Read(HttpRequestData request)
    {
        var (requester, fault) = Requester.Read(request, RequestedBy);
        List<ProblemError> faults =
            [.. new[] { fault, OrderStatuses.Fault(Status) is { } unknown ? new ProblemError(unknown, "#/status") : null }.OfType<ProblemError>()];
        return faults.Count > 0
            ? (null, Problems.InvalidBody(faults))
            : (new(What ?? ExportSubject.Orders, Format ?? ImportFormat.JsonLines, Status, requester), null);
    }
}

/// <summary>The same with nothing left open.</summary>
internal sealed record ExportOrder(ExportSubject What, ImportFormat Format, string? Status, string RequestedBy);
