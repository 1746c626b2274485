using Reprocessing.Domain.Imports;
using Reprocessing.Storage.Heartbeats;

namespace ReprocessingFunctions.Imports;

/// <summary>Frozen when the import is started; what it is at comes along from one generation to the next.</summary>
/// <param name="Page">The number of the next page.</param>
/// <param name="Counts">Of the pages before.</param>
internal sealed record ImportOrchestrationInput(
    string ImportId, ImportLimits Limits, RecordCursor Cursor, int Page = 1, ImportCounts? Counts = null);

/// <param name="Silence">Of a page's work, before it is given up.</param>
internal sealed record ImportLimits(int Parallelism, int PageRecords, int PageBytes, TimeSpan Silence, bool IsEnriching);

internal sealed record ImportResult(ImportState State, ImportCounts Counts, string? Error = null);

/// <summary>The custom status.</summary>
/// <param name="Page">The last one begun.</param>
/// <param name="Offset">Where the next one begins.</param>
internal sealed record ImportStatus(int Page, long Offset, ImportCounts Counts);

internal sealed record ImportPageWork(
    string ImportId, int Number, RecordCursor From, RecordCursor To, TimeSpan Silence, bool IsEnriching);

internal sealed record ImportPageCall(ImportPageWork Work, HeartbeatTicket Ticket);
