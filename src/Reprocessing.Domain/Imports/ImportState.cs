namespace Reprocessing.Domain.Imports;

/// <summary>Where an import or export stands.</summary>
[JsonConverter(typeof(EnumNameConverter<TransferState>))]
public enum TransferState
{
    Receiving,
    Pending,
    Running,
    Completed,
    CompletedWithRejects,
    CompletedWithSkips,
    Failed,
    Canceled,
}

public static class TransferStates
{
    public static bool IsFinal(this TransferState state) => state.IsWhole() || state is TransferState.Failed or TransferState.Canceled;

    /// <summary>Everything that could be read was.</summary>
    public static bool IsWhole(this TransferState state) =>
        state is TransferState.Completed or TransferState.CompletedWithRejects or TransferState.CompletedWithSkips;
}

/// <summary>What the API of imports shows of it.</summary>
[JsonConverter(typeof(EnumNameConverter<ImportState>))]
public enum ImportState
{
    /// <summary>The upload is in progress.</summary>
    Receiving,

    /// <summary>Uploaded; its orchestration has not begun.</summary>
    Pending,

    Running,
    Completed,

    /// <summary>Read to the end; the rejected records are listed.</summary>
    CompletedWithRejects,

    Failed,
    Canceled,
}

/// <summary>What happens to the imported orders.</summary>
[JsonConverter(typeof(EnumNameConverter<ImportMode>))]
public enum ImportMode
{
    /// <summary>Their workflows are started.</summary>
    Start,

    /// <summary>Another system processes them.</summary>
    [JsonStringEnumMemberName("elsewhere")]
    External,

    /// <summary>They failed in another system; runs restart them here.</summary>
    Failed,
}

[JsonConverter(typeof(EnumNameConverter<ImportFormat>))]
public enum ImportFormat
{
    /// <summary>RFC 4180 with a header row.</summary>
    Csv,

    /// <summary>One JSON object a line.</summary>
    [JsonStringEnumMemberName("jsonl")]
    JsonLines,
}

/// <summary>Records by result: <c>read = stored + alreadyThere + rejected</c>.</summary>
/// <param name="AlreadyThere">The same order was stored before.</param>
/// <param name="NotEnriched">The lookup found nothing; the order was stored without.</param>
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
