namespace Reprocessing.Cli.Reports;

internal static class ReportCommand
{
    public static Command Create(CommandScope scope)
    {
        var id = new Argument<string?>("job-id") { Description = "A job or a run; without one, the last days.", Arity = ArgumentArity.ZeroOrOne };
        var days = new Option<int>("--days") { Description = "How many days, 1 to 366.", DefaultValueFactory = _ => 7, HelpName = "n" };
        var markdown = new Option<bool>("--markdown", "-m") { Description = "As markdown, for a ticket or a chat." };
        return scope.Command(
            "report",
            "Counts, error patterns and outcomes of a job, or of the last days.",
            async (session, parsed, cancellationToken) =>
            {
                var report = parsed.GetValue(id) is { } jobId
                    ? await JobReport.MakeAsync(session.Api, jobId, cancellationToken)
                    : await PeriodReport.MakeAsync(session.Api, parsed.GetValue(days), cancellationToken);
                if (parsed.GetValue(markdown))
                {
                    session.Results.Text(report.ToMarkdown());
                }
                else
                {
                    report.Write(session.Results);
                }

                return ExitCode.Ok;
            },
            id, days, markdown);
    }
}

internal sealed record Report(string Title, IReadOnlyList<ReportLine> Lines)
{
    private static readonly IReadOnlyList<Column> Columns = [Column.Of("section"), Column.Of("name"), Column.Of("value")];

    public void Write(Results results) => results.List(Columns, Lines.Select(line => JsonSerializer.SerializeToElement(line, JsonSerializerOptions.Web)));

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

    /// <summary>Values are text and must not act as markup.</summary>
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
