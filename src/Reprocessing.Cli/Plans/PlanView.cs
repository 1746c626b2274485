using System.Text.Json;
using Reprocessing.Cli.Http;
using Reprocessing.Cli.Output;
using Reprocessing.Cli.Terminal;

namespace Reprocessing.Cli.Plans;

/// <summary>A plan as people look at it.</summary>
internal static class PlanView
{
    private const int ShownGroups = 10;
    private const int ShownSample = 10;

    public static IReadOnlyList<Column> Columns { get; } =
    [
        Column.Of("planId"), Column.Of("operation"), Column.Of("state"), Column.Number("count"), Column.Number("ineligibleCount"),
        Column.Of("requestedBy"), Column.Time("createdAt"), Column.Time("expiresAt"), Column.Of("jobId"), Column.Of("selection"),
    ];

    public static IReadOnlyList<Column> ItemColumns { get; } =
    [
        Column.Of("id"), Column.Of("eligible"), Column.Of("state"), Column.Of("group"), Column.Of("reason"), Column.Of("message"), Column.Of("seen"),
    ];

    private static readonly IReadOnlyList<Column> Fields =
    [
        .. Columns.Take(3), Column.Of("selection"), Column.Of("options"), Column.Number("count"), Column.Number("ineligibleCount"),
        Column.Of("requestedBy"), Column.Time("createdAt"), Column.Time("expiresAt"), Column.Of("jobId"), Column.Of("hash"),
    ];

    /// <summary>The plan as the result of a command.</summary>
    /// <param name="itemsPerSecond">Null goes by the app's own estimate.</param>
    public static void Write(JsonElement plan, Results results, double? itemsPerSecond = null)
    {
        results.One(plan, Fields);
        if (results.IsTable)
        {
            results.Text(string.Join(string.Empty, Details(plan, itemsPerSecond).Select(line => SafeText.Of(line) + "\n")));
        }
    }

    /// <summary>What is about to be done, in a few lines.</summary>
    public static IEnumerable<string> Summary(JsonElement plan, double? itemsPerSecond) =>
    [
        $"Plan {plan.Text("planId")}: {plan.Text("operation")} {plan.Count("count").Of("item")}, {plan.Text("selection")}",
        .. Details(plan, itemsPerSecond).Select(line => $"  {line}"),
        $"  hash      {plan.Text("hash")}",
    ];

    public static string LeftOut(JsonElement plan) =>
        string.Join(", ", plan.MembersOf("ineligibleByReason").Select(reason => $"{reason.Name} {reason.Value.GetRawText()}"));

    private static IEnumerable<string> Details(JsonElement plan, double? itemsPerSecond)
    {
        var groups = plan.MembersOf("countByGroup").ToList();
        if (groups.Count > 0)
        {
            var shown = groups.OrderByDescending(group => group.Value.GetDouble())
                .Take(ShownGroups)
                .Select(group => $"{group.Name} {group.Value.GetRawText()}");
            yield return $"groups    {string.Join(", ", shown)}{More(groups.Count, ShownGroups)}";
        }

        if (plan.Count("ineligibleCount") > 0)
        {
            yield return $"left out  {LeftOut(plan)}";
        }

        var sample = plan.ItemsOf("sample").Select(item => item.Text("id")).ToList();
        if (sample.Count > 0)
        {
            yield return $"sample    {string.Join(", ", sample.Take(ShownSample))}{More(plan.Count("count"), Math.Min(sample.Count, ShownSample))}";
        }

        var seconds = itemsPerSecond is > 0 and var rate ? plan.Count("count") / rate : plan.NumberOrNull("estimate.seconds") ?? 0;
        yield return $"estimate  {Durations.Show(seconds)}, {(plan.NumberOrNull("estimate.backendActions") ?? 0).Grouped()} backend calls";
    }

    private static string More(int count, int shown) => count > shown ? $", and {(count - shown).Grouped()} more" : string.Empty;
}
