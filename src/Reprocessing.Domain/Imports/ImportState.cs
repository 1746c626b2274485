namespace Reprocessing.Domain.Imports;

[JsonConverter(typeof(EnumNameConverter<ImportState>))]
public enum ImportState
{
    /// <summary>The upload is on its way.</summary>
    Receiving,

    /// <summary>All is there; its orchestration has not begun.</summary>
    Pending,

    Running,
    Completed,

    /// <summary>Read to the end, and records were rejected: each is listed.</summary>
    CompletedWithRejects,

    Failed,
    Canceled,
}

public static class ImportStates
{
    /// <summary>Nothing changes after it.</summary>
    public static bool IsFinal(this ImportState state) =>
        state is ImportState.Completed or ImportState.CompletedWithRejects or ImportState.Failed or ImportState.Canceled;
}

/// <summary>What is to become of the orders that an import stores.</summary>
[JsonConverter(typeof(EnumNameConverter<ImportMode>))]
public enum ImportMode
{
    /// <summary>Each order's workflow is started.</summary>
    Start,

    /// <summary>Another system works on them.</summary>
    Elsewhere,

    /// <summary>They have failed in another system, and runs restart them here.</summary>
    Failed,
}

[JsonConverter(typeof(EnumNameConverter<ImportFormat>))]
public enum ImportFormat
{
    /// <summary>RFC 4180 with a header row.</summary>
    Csv,

    /// <summary>A JSON object a line.</summary>
    [JsonStringEnumMemberName("jsonl")]
    JsonLines,
}

/// <summary>What became of the records that were read: <c>read = stored + alreadyThere + rejected</c>.</summary>
/// <param name="AlreadyThere">The same order was there before.</param>
/// <param name="Enriched">Of those not rejected as records; none where no lookup is set up.</param>
/// <param name="NotEnriched">The lookup gave nothing; the order was stored without.</param>
public sealed record ImportCounts(int Read = 0, int Stored = 0, int AlreadyThere = 0, int Rejected = 0, int Enriched = 0, int NotEnriched = 0)
{
    public ImportCounts Add(ImportCounts more) => new(
        Read + more.Read,
        Stored + more.Stored,
        AlreadyThere + more.AlreadyThere,
        Rejected + more.Rejected,
        Enriched + more.Enriched,
        NotEnriched + more.NotEnriched);
}
