using System.Text;
using System.Text.Json;
using Reprocessing.Cli.Output;
using Reprocessing.Cli.Terminal;

namespace Reprocessing.Cli.Reports;

/// <summary>Figures under headings, for people who were not there.</summary>
internal sealed record Report(string Title, IReadOnlyList<ReportLine> Lines)
{
    private static readonly IReadOnlyList<Column> Columns = [Column.Of("section"), Column.Of("name"), Column.Of("value")];

    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public void Write(Results results) => results.List(Columns, Lines.Select(line => JsonSerializer.SerializeToElement(line, Web)));

    public string ToMarkdown()
    {
        var text = new StringBuilder($"# {Cell(Title)}\n");
        foreach (var section in Lines.GroupBy(line => line.Section))
        {
            text.Append($"\n## {Cell(section.Key)}\n\n| | |\n|---|---|\n");
            foreach (var line in section)
            {
                text.Append($"| {Cell(line.Name)} | {Cell(line.Value)} |\n");
            }
        }

        return text.ToString();
    }

    /// <summary>A reason is text, not markup: neither a table nor a page is to be changed by one.</summary>
    private static string Cell(string text)
    {
        var cell = new StringBuilder();
        foreach (var letter in SafeText.Of(text))
        {
            cell.Append("\\|`*_[]<>".Contains(letter, StringComparison.Ordinal) ? $"\\{letter}" : letter.ToString());
        }

        return cell.ToString();
    }
}

internal sealed record ReportLine(string Section, string Name, string Value);
