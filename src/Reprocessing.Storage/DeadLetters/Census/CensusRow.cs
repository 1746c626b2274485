using System.Globalization;
using Azure.Data.Tables;
using Reprocessing.Domain.DeadLetters;
using Reprocessing.Domain.Failures;
using Reprocessing.Domain.Names;
using Reprocessing.Storage.Rows;

namespace Reprocessing.Storage.DeadLetters.Census;

/// <summary>What a count asks of an entry.</summary>
/// <param name="Resolution">Empty while it is open.</param>
internal sealed record CensusRow(string OrderId, string Fingerprint, ErrorType ErrorType, string Status, string Resolution)
{
    private const int TicksAt = 2;
    private const int TicksLength = 19;

    public required string Reason { get; init; }

    public required int Retries { get; init; }

    public required DateTimeOffset MovedAt { get; init; }

    public bool IsOpen => Resolution.Length == 0;

    /// <summary>All that is read of a row, which is little beside its history.</summary>
    public static IReadOnlyList<string> Columns { get; } =
    [
        "RowKey",
        "OrderId",
        OrderRows.Status,
        DeadLetterRows.ErrorType,
        DeadLetterRows.Fingerprint,
        DeadLetterRows.Resolution,
        DeadLetterRows.Schema,
        DeadLetterRows.Retries,
        DeadLetterRows.Reason,
    ];

    /// <summary>Its columns do not tell all: the entry has to be read.</summary>
    public static bool IsOlder(TableEntity row) => row.GetInt32(DeadLetterRows.Schema) is null;

    /// <param name="entry">Of an older row; null where that cannot be read, and then its columns have to do.</param>
    public static CensusRow Of(TableEntity row, DeadLetterEntry? entry) => new(
        row.GetString("OrderId") ?? entry?.OrderId ?? string.Empty,
        row.GetString(DeadLetterRows.Fingerprint) ?? entry?.Fingerprint ?? string.Empty,
        StableNames.TryParse<ErrorType>(row.GetString(DeadLetterRows.ErrorType), out var type) ? type : entry?.ErrorType ?? ErrorType.Unknown,
        row.GetString(OrderRows.Status) ?? entry?.FinalFailureStatus ?? "unknown",
        row.GetString(DeadLetterRows.Resolution) ?? (entry?.Resolution is { } resolution ? StableNames.Of(resolution) : string.Empty))
    {
        Reason = row.GetString(DeadLetterRows.Reason) ?? entry?.FinalFailureReason ?? string.Empty,
        Retries = row.GetInt32(DeadLetterRows.Retries) ?? entry?.TotalRetryAttempts ?? 0,
        MovedAt = MovedAtOf(row.RowKey) ?? entry?.MovedToQueueAt ?? DateTimeOffset.UnixEpoch,
    };

    private static DateTimeOffset? MovedAtOf(string rowKey) =>
        rowKey.Length > TicksAt + TicksLength
        && long.TryParse(rowKey.AsSpan(TicksAt, TicksLength), NumberStyles.None, CultureInfo.InvariantCulture, out var inverted)
            ? new(DateTimeOffset.MaxValue.UtcTicks - inverted, TimeSpan.Zero)
            : null;
}
