using Reprocessing.Domain.Resets;

namespace Reprocessing.Cli.Resets;

internal static class ResetCommand
{
    public static BulkVerb Verb { get; } = new(
        JobOperation.Reset, "Run workflows again from an earlier point.", SelectionOptions.OfWorkflows, () => new ResetOptions());

    public static Command Create(CommandScope scope) => BulkCommand.Create(scope, Verb);
}

internal sealed class ResetOptions : IOperationOptions
{
    private readonly Option<string?> _type = ListOptions.Word("--type", "To which point; needed.", EnumNames.All<ResetType>());
    private readonly Option<string?> _reapply = ListOptions.Word("--reapply", "Which events the new run gets again; none unless said.", ["none", "all"]);

    private readonly Option<string[]> _excludeEvent = new("--exclude-event")
    {
        Description = "All events again but those of these names.",
        HelpName = "name",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<bool> _includeCompleted = new("--include-completed") { Description = "Completed workflows too." };

    public ResetOptions() => _type.Required = true;

    public IReadOnlyList<Option> Symbols => [_type, _reapply, _excludeEvent, _includeCompleted];

    public JsonObject Read(ParseResult parsed)
    {
        var options = new JsonObject { ["type"] = parsed.GetValue(_type) };
        var (reapply, excluded) = (parsed.GetValue(_reapply), parsed.GetValue(_excludeEvent) ?? []);
        if (excluded.Length > 0)
        {
            options["reapply"] = reapply is null or "all"
                ? new JsonObject { ["exclude"] = JsonBody.Array(excluded) }
                : throw new CommandException(ExitCode.Usage, "--exclude-event leaves events out of all: it does not go with --reapply none.");
        }
        else if (reapply is not null)
        {
            options["reapply"] = reapply;
        }

        return options.WithFlag("includeCompleted", parsed.GetValue(_includeCompleted));
    }
}
