using Spectre.Console;
using Spectre.Console.Rendering;

namespace Reprocessing.Demo;

/// <summary>Draws what the demo knows: orders by status, the current run, the last runs, and where to look further.</summary>
internal static class LiveView
{
    public static IRenderable Draw(DemoState state) => new Rows(
        new Rule("[bold]Failed orders, restarted and dead-lettered[/]").LeftJustified(),
        new Columns(Orders(state), Run(state)),
        LastRuns(state),
        Links(state));

    /// <summary>One line for terminals that can't be redrawn: pipes and CI logs.</summary>
    public static string Line(DemoState state) =>
        $"orders {state.Sent}/{state.Total}: {string.Join(", ", state.ByStatus.Select(pair => $"{pair.Value} {pair.Key}"))}"
        + $" | runs {state.Runs.Count}, restarted {state.Restarted}, dead-lettered {state.DeadLettered}";

    private static Panel Orders(DemoState state)
    {
        var chart = new BreakdownChart().Width(46);
        foreach (var (status, count) in state.ByStatus)
        {
            chart.AddItem(Markup.Escape(status), count, Colour(status));
        }

        return new Panel(new Rows(new Markup($"[bold]{state.Sent}[/] of {state.Total} orders sent"), chart)).Header("Orders");
    }

    private static Panel Run(DemoState state)
    {
        var grid = new Grid().AddColumns(2);
        foreach (var (name, value) in state.CurrentRun)
        {
            grid.AddRow(Markup.Escape(name), $"[bold]{Markup.Escape(value)}[/]");
        }

        return new Panel(grid).Header("Current run");
    }

    private static Table LastRuns(DemoState state)
    {
        var table = new Table().Title("Last runs").AddColumns("run", "found", "restarted", "dead-lettered", "errors", "skipped", "slices", "orders/s");
        foreach (var run in state.Runs.Take(6))
        {
            table.AddRow(
                Markup.Escape(run.RunId), $"{run.FoundCount}", $"{run.RestartedCount}", $"{run.DlqCount}", $"{run.ErrorCount}",
                $"{run.SkippedCount}", $"{run.ContinuationCount + 1}", $"{run.OrdersPerSecond:F0}");
        }

        return table;
    }

    private static Rows Links(DemoState state) => new(
        [.. state.Links.Select(link => new Markup($"[grey]{Markup.Escape(link.Name),-16}[/] [link]{Markup.Escape(link.Url)}[/]")),
        new Markup("[grey]Ctrl-C stops the demo and the app.[/]")]);

    private static Color Colour(string status) => status switch
    {
        "completed" => Color.Green,
        "dead_letter" => Color.Red,
        "pending_retry" => Color.Yellow,
        _ when status.EndsWith("_failed", StringComparison.Ordinal) || status.EndsWith("_timeout", StringComparison.Ordinal) => Color.Orange1,
        _ => Color.Blue,
    };
}
