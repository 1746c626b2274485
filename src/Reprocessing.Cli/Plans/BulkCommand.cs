namespace Reprocessing.Cli.Plans;

/// <summary>A verb that does something to many items: it is planned, shown, confirmed, applied and, if wanted, waited for.</summary>
internal static class BulkCommand
{
    public static Command Create(CommandScope scope, BulkVerb verb)
    {
        var (selection, options, job) = (verb.Selection(), verb.Options(), new JobOptions(scope.Surroundings));
        return scope.Command(
            verb.Name,
            verb.Description,
            async (session, parsed, cancellationToken) =>
            {
                var request = job.Read(parsed);
                var plan = new PlanRequest(verb.Operation, selection.Read(parsed, session.Surroundings), options.Read(parsed), request.RequestedBy);
                return await new PlanApplication(session).RunAsync(plan, request, cancellationToken);
            },
            [.. selection.Symbols, .. options.Symbols, .. job.Symbols]);
    }
}

/// <param name="Name">As it is typed.</param>
/// <param name="Operation">As the app calls it.</param>
internal sealed record BulkVerb(
    string Name, string Operation, string Description, Func<SelectionOptions> Selection, Func<IOperationOptions> Options);

/// <summary>Options of one operation, which are frozen into its plan.</summary>
internal interface IOperationOptions
{
    IReadOnlyList<Option> Symbols { get; }

    JsonObject Read(ParseResult parsed);
}

/// <summary><c>reprocess apply</c>: does exactly what a plan shows.</summary>
internal static class ApplyCommand
{
    public static Command Create(CommandScope scope)
    {
        var id = ListOptions.Id("plan-id", "The plan.");
        var job = new JobOptions(scope.Surroundings);
        return scope.Command(
            "apply",
            "Do what a plan shows, and nothing else: what has changed since is left alone.",
            async (session, parsed, cancellationToken) =>
            {
                var request = job.Read(parsed);
                var plan = await session.Api.GetAsync(ApiPath.Of("plans", parsed.GetRequiredValue(id)), cancellationToken);
                return await new PlanApplication(session).ApplyAsync(plan, request, cancellationToken);
            },
            [id, .. job.Symbols]);
    }
}

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
