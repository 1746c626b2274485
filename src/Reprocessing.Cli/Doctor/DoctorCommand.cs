using System.CommandLine;
using System.Text.Json;
using Reprocessing.Cli.Output;
using Reprocessing.Cli.Terminal;

namespace Reprocessing.Cli.Doctor;

/// <summary><c>reprocess doctor</c>: what stands between here and a working command.</summary>
internal static class DoctorCommand
{
    private static readonly IReadOnlyList<Column> Columns = [Column.Of("check"), Column.Of("result"), Column.Of("detail")];

    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public static Command Create(CommandScope scope) => scope.Command(
        "doctor",
        "Is the app there, is it well, is the key right, do the versions fit?",
        async (session, _, cancellationToken) =>
        {
            var findings = await new Examination(session.Api).RunAsync(cancellationToken);
            session.Results.List(Columns, findings.Select(finding => JsonSerializer.SerializeToElement(finding, Web)));
            return findings.Select(finding => finding.ExitCode).FirstOrDefault(code => code != ExitCode.Ok, ExitCode.Ok);
        });
}
