namespace Reprocessing.Domain.Imports;

[JsonConverter(typeof(JsonStringEnumConverter<ImportState>))]
public enum ImportState
{
    /// <summary>The upload is on its way.</summary>
    [JsonStringEnumMemberName("receiving")]
    Receiving,

    /// <summary>All is there; its orchestration has not begun.</summary>
    [JsonStringEnumMemberName("pending")]
    Pending,

    [JsonStringEnumMemberName("running")]
    Running,

    [JsonStringEnumMemberName("completed")]
    Completed,

    /// <summary>Read to the end, and records were rejected: each is listed.</summary>
    [JsonStringEnumMemberName("completed_with_rejects")]
    CompletedWithRejects,

    [JsonStringEnumMemberName("failed")]
    Failed,

    [JsonStringEnumMemberName("canceled")]
    Canceled,
}

public static class ImportStates
{
    /// <summary>Nothing changes after it.</summary>
    public static bool IsFinal(this ImportState state) =>
        state is ImportState.Completed or ImportState.CompletedWithRejects or ImportState.Failed or ImportState.Canceled;
}

/// <summary>What is to become of the orders that an import stores.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ImportMode>))]
public enum ImportMode
{
    /// <summary>Each order's workflow is started.</summary>
    [JsonStringEnumMemberName("start")]
    Start,

    /// <summary>Another system works on them.</summary>
    [JsonStringEnumMemberName("elsewhere")]
    Elsewhere,

    /// <summary>They have failed in another system, and runs restart them here.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,
}

[JsonConverter(typeof(JsonStringEnumConverter<ImportFormat>))]
public enum ImportFormat
{
    /// <summary>RFC 4180 with a header row.</summary>
    [JsonStringEnumMemberName("csv")]
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
