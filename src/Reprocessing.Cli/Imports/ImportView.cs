using Reprocessing.Cli.Output;

namespace Reprocessing.Cli.Imports;

/// <summary>Imports as people look at them.</summary>
internal static class ImportView
{
    public static IReadOnlyList<Column> Columns { get; } =
    [
        Column.Of("importId"), Column.Of("state"), Column.Of("mode"), Column.Of("format"), Column.Number("percent"), Column.Number("counts.read"),
        Column.Number("counts.stored"), Column.Number("counts.alreadyThere"), Column.Number("counts.rejected"), Column.Time("createdAt"),
        Column.Time("endedAt"),
    ];

    public static IReadOnlyList<Column> Fields { get; } =
    [
        .. Columns, Column.Number("lengthBytes"), Column.Number("recordsPerSecond"), Column.Of("path"), Column.Of("error"), Column.Of("canceledBy"),
        Column.Of("cancelReason"),
    ];

    public static IReadOnlyList<Column> RejectedColumns { get; } =
        [Column.Number("line"), Column.Of("reason"), Column.Of("orderId"), Column.Of("message"), Column.Of("raw")];
}
