using System.CommandLine;
using Reprocessing.Cli.Terminal;

namespace Reprocessing.Cli.Reports;

/// <summary><c>reprocess report</c>.</summary>
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
