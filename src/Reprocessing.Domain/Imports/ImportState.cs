namespace Reprocessing.Domain.Imports;

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

    public static bool IsWhole(this TransferState state) =>
        state is TransferState.Completed or TransferState.CompletedWithRejects or TransferState.CompletedWithSkips;
}

/// <summary>What the API of imports shows of it.</summary>
[JsonConverter(typeof(EnumNameConverter<ImportState>))]
public enum ImportState
{
    Receiving,
    Pending,
    Running,
    Completed,
    CompletedWithRejects,
    Failed,
    Canceled,
}

[JsonConverter(typeof(EnumNameConverter<ImportMode>))]
public enum ImportMode
{
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
    Csv,

    [JsonStringEnumMemberName("jsonl")]
    JsonLines,
}

/// <summary>Records by result: <c>read = stored + alreadyThere + rejected</c>.</summary>
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
