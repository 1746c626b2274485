using Reprocessing.Domain.Exports;
using Reprocessing.Domain.Imports;

namespace Reprocessing.Storage.Exports;

/// <summary>An export as it is stored, from its request to its end. Its counts are those of its pages.</summary>
public sealed record ExportRecord
{
    public required string ExportId { get; init; }

    public required ExportState State { get; init; }

    public required ExportSubject What { get; init; }

    public required ImportFormat Format { get; init; }

    /// <summary>Orders of this status only.</summary>
    public string? Status { get; init; }

    public required string RequestedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }

    public bool IsCancelRequested { get; init; }

    public string? CanceledBy { get; init; }

    public string? CancelReason { get; init; }

    /// <summary>What it came to; set at its end.</summary>
    public ExportTotals? Totals { get; init; }

    /// <summary>From then on nobody is given the content any more; set at its end.</summary>
    public DateTimeOffset? KeptUntil { get; init; }

    /// <summary>No row of the content is left.</summary>
    public bool IsContentDeleted { get; init; }
}
