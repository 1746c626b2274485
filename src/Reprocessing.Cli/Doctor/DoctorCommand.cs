using System.Text.Json.Serialization;

namespace Reprocessing.Cli.Doctor;

/// <summary><c>reprocess doctor</c>: what keeps commands from working.</summary>
internal static class DoctorCommand
{
    private static readonly IReadOnlyList<Column> Columns = [Column.Of("check"), Column.Of("result"), Column.Of("detail")];

    /// <summary>What the commands need.</summary>
    private static readonly string[] Needed = ["/plans", "/jobs", "/dead-letters", "/failure-groups", "/workflows", "/audit-events", "/imports"];

    public static Command Create(CommandScope scope) => scope.Command(
        "doctor",
        "Is the app there, is it well, is the key right, do the versions fit?",
        async (session, _, cancellationToken) =>
        {
            var findings = await CheckAsync(session.Api, cancellationToken);
            session.Results.List(Columns, findings.Select(finding => JsonSerializer.SerializeToElement(finding, JsonSerializerOptions.Web)));
            return findings.Select(finding => finding.ExitCode).FirstOrDefault(code => code != ExitCode.Ok, ExitCode.Ok);
        });

    /// <summary>Checks in order, without those that depend on a failed one.</summary>
    private static async Task<IReadOnlyList<Finding>> CheckAsync(ApiClient api, CancellationToken cancellationToken)
    {
        List<Finding> findings =
        [
            Finding.Good("command line", CommandLine.Version),
            Finding.Good("address", api.Connection.Url.ToString()),
            api.Connection.Key.Length > 0 ? Finding.Good("key", "given") : Finding.Good("key", "none given, which local development does not need"),
        ];
        findings.Add(await LookAsync(api, "health", "/api/health", Health, cancellationToken));
        if (findings[^1].ExitCode is ExitCode.Ok or ExitCode.Error)
        {
            findings.Add(await LookAsync(api, "authorization", "/api/plans?pageSize=1", _ => Finding.Good("authorization", "accepted"), cancellationToken));
            findings.Add(await LookAsync(api, "API", "/api/openapi.json", Api, cancellationToken));
        }

        return findings;
    }

    private static async Task<Finding> LookAsync(
        ApiClient api, string check, string path, Func<JsonElement, Finding> judge, CancellationToken cancellationToken)
    {
        try
        {
            return judge(await api.GetAsync(path, cancellationToken));
        }
        catch (CommandException e)
        {
            return new(check, "failed", string.Join(" ", e.Lines), e.ExitCode);
        }
    }

    private static Finding Health(JsonElement health)
    {
        var detail = $"storage {health.Text("storage")}"
            + (health.TextOrNull("lastRun.runId") is { } run ? $", last run {run} {health.Text("lastRun.state")}" : ", no run yet")
            + string.Concat(health.MembersOf("webhooks").Select(hook => $", webhook {hook.Name} {hook.Value}"));
        return health.TextOrNull("status") == "healthy"
            ? Finding.Good("health", $"healthy: {detail}")
            : new("health", "failed", $"{health.Text("status")}: {detail}", ExitCode.Error);
    }

    private static Finding Api(JsonElement document)
    {
        var paths = document.MembersOf("paths").Select(path => path.Name).ToList();
        var missing = Needed.Where(needed => !paths.Any(path => path.EndsWith(needed, StringComparison.Ordinal))).ToList();
        return missing.Count == 0
            ? Finding.Good("API", $"{document.Text("info.title")} {document.Text("info.version")}, {paths.Count} paths")
            : new("API", "failed", $"version {document.Text("info.version")} lacks {string.Join(", ", missing)}", ExitCode.Error);
    }
}

internal sealed record Finding(string Check, string Result, string Detail, [property: JsonIgnore] int ExitCode)
{
    public static Finding Good(string check, string detail) => new(check, "ok", detail, Terminal.ExitCode.Ok);
}
