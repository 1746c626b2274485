using System.Globalization;
using System.Text;

namespace Benchmarks;

/// <summary>Figures by name. The parts of one follow it under its name, a colon and theirs.</summary>
internal sealed class Figures : OrderedDictionary<string, double>
{
    private const string PartOf = ": ";

    // Not 0.0 in the table.
    private const double Visible = 0.05;

    public void AddSum(string name, IEnumerable<(string Name, double Value)> parts)
    {
        var all = parts.ToList();
        Add(name, all.Sum(part => part.Value));
        AddParts(name, all);
    }

    public void AddParts(string name, IEnumerable<(string Name, double Value)> parts)
    {
        foreach (var (part, value) in parts)
        {
            Add(name + PartOf + part, value);
        }
    }

    /// <summary>Of each figure the median of several rounds. What a round has not counted was 0.</summary>
    public static Figures Median(IReadOnlyList<Figures> rounds)
    {
        Figures median = [];
        foreach (var name in rounds.SelectMany(round => round.Keys).Distinct())
        {
            var values = rounds.Select(round => round.GetValueOrDefault(name)).Order().ToList();
            median.Add(name, (values[(values.Count - 1) / 2] + values[values.Count / 2]) / 2);
        }

        return median;
    }

    /// <summary>A Markdown table, with ours in proportion to the others; parts too small for its digits are left out.</summary>
    public static string Table(string title, IReadOnlyDictionary<string, Figures> scenarios)
    {
        List<string[]> rows = [[title, .. scenarios.Keys, "ours/plain", "ours/floor"]];
        foreach (var group in scenarios.Values.SelectMany(figures => figures.Keys).Distinct().GroupBy(name => name.Split(PartOf)[0]))
        {
            var whole = group.Where(name => name == group.Key);
            var parts = group.Where(name => name != group.Key)
                .OrderByDescending(name => scenarios.Values.Max(figures => figures.GetValueOrDefault(name)))
                .Where(name => scenarios.Values.Any(figures => figures.GetValueOrDefault(name) >= Visible));
            rows.AddRange(whole.Concat(parts).Select(name => Row(name, group.Key, scenarios)));
        }

        return Render(rows);
    }

    private static string[] Row(string name, string group, IReadOnlyDictionary<string, Figures> scenarios)
    {
        double? Value(string scenario) => scenarios[scenario].TryGetValue(name, out var value) ? value : null;
        double? Ratio(string to) => Value(to) >= Visible ? Value(Scenario.Ours) / Value(to) : null;
        var label = name == group || !scenarios.Values.Any(figures => figures.ContainsKey(group)) ? name : "- " + name[(group.Length + PartOf.Length)..];
        return
        [
            label,
            .. scenarios.Keys.Select(scenario => Text(Value(scenario), "0.0")),
            Text(Ratio(Scenario.Plain), "0.00"),
            Text(Ratio(Scenario.Floor), "0.00"),
        ];
    }

    private static string Text(double? value, string format) =>
        value is { } number ? number.ToString(format, CultureInfo.InvariantCulture) : "-";

    private static string Render(List<string[]> rows)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        rows.Insert(1, [.. widths.Select((width, column) => column == 0 ? new string('-', width) : new string('-', width - 1) + ':')]);
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            text.Append("| ")
                .AppendJoin(" | ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column])))
                .AppendLine(" |");
        }

        return text.ToString();
    }
}
