namespace Reprocessing.Cli.Plans;

/// <summary>A command on many items: plan, show, confirm, apply and possibly wait.</summary>
internal static class BulkCommand
{
    public static Command Create(CommandScope scope, BulkVerb verb)
    {
        var (selection, options, job) = (verb.Selection(), verb.Options(), new JobOptions(scope.Host));
        return scope.Command(
            verb.Name,
            verb.Description,
            async (session, parsed, cancellationToken) =>
            {
                var request = job.Read(parsed);
                var plan = new PlanRequest(EnumNames.Of(verb.Operation), selection.Read(parsed, session.Host), options.Read(parsed), request.RequestedBy);
                return await new PlanApplication(session).RunAsync(plan, request, cancellationToken);
            },
            [.. selection.Symbols, .. options.Symbols, .. job.Symbols]);
    }
}

internal sealed record BulkVerb(JobOperation Operation, string Description, Func<SelectionOptions> Selection, Func<IOperationOptions> Options)
{
    public string Name { get; } = EnumNames.Of(Operation).Replace('_', '-');
}

/// <summary>Options of an operation, which become part of its plan.</summary>
internal interface IOperationOptions
{
    IReadOnlyList<Option> Symbols { get; }

    JsonObject Read(ParseResult parsed);
}

internal static class ApplyCommand
{
    public static Command Create(CommandScope scope)
    {
        var id = ListOptions.Id("plan-id", "The plan.");
        var job = new JobOptions(scope.Host);
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
