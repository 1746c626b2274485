namespace Reprocessing.Cli.Plans;

/// <summary>A command on many items: plan, show, confirm, apply and possibly wait.</summary>
internal static class BulkCommand
{
    public static Command Create(CommandScope scope, BulkVerb verb)
    {
        var (plan, job) = (new PlanOptions(verb), new JobOptions(scope.Host.UserName));
        return scope.Command(
            verb.Name,
            verb.Description,
            (session, parsed, cancellationToken) =>
            {
                var request = job.Read(parsed);
                return new PlanApplication(session).RunAsync(plan.Read(parsed, session, request.RequestedBy), request, cancellationToken);
            },
            [.. plan.Symbols, .. job.Symbols]);
    }
}

/// <param name="Options">Creates the options that only this operation has.</param>
internal sealed record BulkVerb(JobOperation Operation, string Description, Func<SelectionOptions> Selection, Func<IOperationOptions>? Options = null)
{
    public string Name { get; } = EnumNames.Of(Operation).Replace('_', '-');
}

/// <summary>Options of an operation, which become part of its plan.</summary>
internal interface IOperationOptions
{
    IReadOnlyList<Option> Symbols { get; }

    JsonObject Read(ParseResult parsed);
}

/// <summary>What a plan is made of: the items and what is done to them.</summary>
internal sealed class PlanOptions(BulkVerb verb)
{
    private readonly SelectionOptions _selection = verb.Selection();
    private readonly IOperationOptions? _options = verb.Options?.Invoke();

    public IReadOnlyList<Symbol> Symbols => [.. _selection.Symbols, .. _options?.Symbols ?? []];

    /// <summary>The request's body. Reads the files of ids; sends nothing.</summary>
    public JsonObject Read(ParseResult parsed, Session session, string requestedBy) =>
        new JsonObject { ["operation"] = EnumNames.Of(verb.Operation), ["selection"] = _selection.Read(parsed, session), ["requestedBy"] = requestedBy }
            .With("options", _options?.Read(parsed));
}

internal static class ApplyCommand
{
    public static Command Create(CommandScope scope)
    {
        var id = ListOptions.Id("plan-id", "The plan.");
        var job = new JobOptions(scope.Host.UserName);
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
