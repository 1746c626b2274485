using Reprocessing.Cli.Orders;
using Reprocessing.Cli.Resets;

namespace Reprocessing.Cli.Plans;

internal static class PlanCommand
{
    public static Command Create(CommandScope scope) => CommandScope.Noun(
        "plan",
        "Selections that are frozen and looked at before anything is done.",
        CommandScope.Noun(
            "create",
            "Make a plan. Changes no order.",
            [.. DeadLetterVerbs.All.Concat(FailingCommand.Verbs).Append(ResetCommand.Verb).Select(verb => Make(scope, verb))]),
        scope.List("list", "Plans, newest first.", "plans", PlanView.Columns),
        scope.Show("A plan, with a sample of its items.", Id(), "plans", PlanView.Write),
        scope.List(
            "items",
            "Every item that the selection matched, by id.",
            "plans",
            PlanView.ItemColumns,
            Id(),
            ("state", ListOptions.Word("--state", "Only items in this state.", EnumNames.All<ItemState>()))),
        Approve(scope));

    /// <summary>The app takes the name of whoever is signed in alone.</summary>
    private static Command Approve(CommandScope scope)
    {
        var (id, audit) = (Id(), new AuditOptions(scope.Host.UserName, needsReason: true));
        return scope.Command(
            "approve",
            "Let a plan be applied that needs an approval: one of somebody else, by the role approver.",
            async (session, parsed, cancellationToken) =>
            {
                var body = new JsonObject { ["reason"] = audit.Reason(parsed) };
                var approval = ApiRequest.Post(ApiPath.Of("plans", parsed.GetRequiredValue(id), "approve"), body);
                var plan = await session.Api.SendAsync(approval, cancellationToken);
                PlanView.Write(plan, session.Results);
                session.Messages.Say($"Approved. Its requester can do it: reprocess apply {plan.Text("planId")} --reason ...");
                return ExitCode.Ok;
            },
            [id, audit.ReasonOption]);
    }

    private static Argument<string> Id() => ListOptions.Id("plan-id", "The plan.");

    private static Command Make(CommandScope scope, BulkVerb verb)
    {
        var options = new PlanOptions(verb);
        var audit = new AuditOptions(scope.Host.UserName, needsReason: false);
        var expires = new Option<string?>("--expires") { Description = "How long it can be applied: 30m, 2h. Default: the app's setting.", HelpName = "time" };
        return scope.Command(
            verb.Name,
            $"A plan for: {verb.Description}",
            async (session, parsed, cancellationToken) =>
            {
                var request = options.Read(parsed, session, audit.RequestedBy(parsed))
                    .With("expiresInMinutes", WaitOptions.Duration(parsed, expires) is { } life ? (int)Math.Ceiling(life.TotalMinutes) : null);
                var plan = await new PlanApplication(session).PlanAsync(request, key: null, cancellationToken);
                PlanView.Write(plan, session.Results);
                session.Messages.Say($"To do it: reprocess apply {plan.Text("planId")} --reason ...");
                return plan.Count("count") == 0 ? ExitCode.NothingMatched : ExitCode.Ok;
            },
            [.. options.Symbols, expires, audit.RequestedByOption]);
    }
}

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
        Column.Of("requestedBy"), Column.Time("createdAt"), Column.Time("expiresAt"), Column.Of("approval.by", "approvedBy"),
        Column.Of("preparation.failure", "failure"), Column.Of("jobId"), Column.Of("hash"),
    ];

    public static bool WaitsForOutcome(JsonElement plan, JobRequest request) =>
        EnumNames.TryParse<JobOperation>(plan.TextOrNull("operation"), out var operation) && operation.WaitsForOutcome(request.WaitsForOutcome);

    /// <summary>The plan with the estimate of the job that is asked for; the app's own knows neither its pace nor its ramp.</summary>
    public static JsonElement WithEstimate(JsonElement plan, JobRequest request)
    {
        if (plan.At("estimate.basis")?.Deserialize<EstimateBasis>(JsonSerializerOptions.Web) is not { } basis)
        {
            return plan;
        }

        var rate = request.ItemsPerSecond is > 0 and var said ? said : (double?)null;
        var estimate = JobEstimate.Of(plan.Count("count"), basis, request.Ramp, WaitsForOutcome(plan, request), rate, request.Parallelism);
        var changed = JsonObject.Create(plan)!;
        changed["estimate"] = JsonSerializer.SerializeToNode(estimate, JsonSerializerOptions.Web);
        changed["estimate"]!["basis"] = JsonSerializer.SerializeToNode(basis, JsonSerializerOptions.Web);
        return JsonSerializer.SerializeToElement(changed);
    }

    public static void Write(JsonElement plan, Results results)
    {
        results.One(plan, Fields);
        if (results.IsTable)
        {
            results.Text(string.Join(string.Empty, Details(plan).Select(line => SafeText.Of(line) + "\n")));
        }
    }

    public static IEnumerable<string> Summary(JsonElement plan) =>
    [
        $"Plan {plan.Text("planId")}: {plan.Text("operation")} {plan.Count("count").Of("item")}, {plan.Text("selection")}",
        .. Details(plan).Select(line => $"  {line}"),
        $"  hash      {plan.Text("hash")}",
    ];

    public static bool CannotBeUndone(JsonElement plan) => plan.TextOrNull("operation") is "purge" or "cancel"
        || (plan.TextOrNull("operation") == "resolve" && plan.TextOrNull("options.resolution") == "cancelled");

    public static string LeftOut(JsonElement plan) =>
        string.Join(", ", plan.MembersOf("ineligibleByReason").Select(reason => $"{reason.Name} {reason.Value.GetRawText()}"));

    private static IEnumerable<string> Details(JsonElement plan)
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

        yield return $"estimate  {Durations.Show(Estimated("leastSeconds"))} to {Durations.Show(Estimated("mostSeconds"))}, "
            + $"{Estimated("leastBackendActions").Grouped()} to {Estimated("mostBackendActions").Grouped()} backend calls";

        double Estimated(string name) => plan.NumberOrNull($"estimate.{name}") ?? 0;
    }

    private static string More(int count, int shown) => count > shown ? $", and {(count - shown).Grouped()} more" : string.Empty;
}
