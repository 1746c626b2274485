using System.Text.Json;
using Reprocessing.Cli.Http;
using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Names;

namespace Reprocessing.Cli.Plans;

/// <summary>What the operations are called, and which of them nothing takes back.</summary>
internal static class Operations
{
    public static string Retry { get; } = StableNames.Of(JobOperation.Retry);

    public static string Resolve { get; } = StableNames.Of(JobOperation.Resolve);

    public static string Purge { get; } = StableNames.Of(JobOperation.Purge);

    public static string Reset { get; } = StableNames.Of(JobOperation.Reset);

    /// <summary>Entries that are purged are gone, and an order that was cancelled is not taken up again.</summary>
    public static bool IsSevere(JsonElement plan) => plan.Text("operation") is var operation
        && (operation == Purge || (operation == Resolve && plan.TextOrNull("options.resolution") == "cancelled"));
}
