namespace Reprocessing.Cli.Plans;

/// <summary>Selects items by a filter, by ids, by what a job has left, or all, with exclusions.</summary>
internal sealed class SelectionOptions
{
    private const string Stdin = "-";

    private readonly FilterOption _filter;
    private readonly Option<bool>? _all;
    private readonly Argument<string[]> _ids;
    private readonly IReadOnlyList<string> _idNames;

    private readonly Option<string?> _idsFile = new("--ids-file")
    {
        Description = "A file of ids: a line each, a CSV whose header names their column, or what --output json, ndjson or csv wrote; - is stdin.",
        HelpName = "file",
    };

    private readonly Option<string?> _fromJob = new("--from-job") { Description = "What this job or run has left.", HelpName = "job-id" };
    private readonly Option<string[]> _fromState = new("--from-state") { Description = "Of --from-job: items in this state; pending and failed unless said." };

    private readonly Option<string[]> _exclude = new("--exclude")
    {
        Description = "Ids that are left out.",
        HelpName = "id",
        // The second of two ids after the option is excluded too, instead of being selected.
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _excludeFile = new("--exclude-file") { Description = "A file of ids that are left out, as --ids-file.", HelpName = "file" };

    /// <param name="all">What all are; null where they cannot be selected.</param>
    private SelectionOptions(FilterOption filter, string? all, string idName, IReadOnlyList<string> idNames)
    {
        (_filter, _idNames) = (filter, idNames);
        _all = all is null ? null : new("--all") { Description = $"{all}; an empty filter does not mean that." };
        _ids = new Argument<string[]>(idName) { Description = "The items by their ids.", Arity = ArgumentArity.ZeroOrMore };
    }

    public IReadOnlyList<Symbol> Symbols => [_ids, _filter, .. _all is null ? (Symbol[])[] : [_all], _idsFile, _fromJob, _fromState, _exclude, _excludeFile];

    public static SelectionOptions OfDeadLetters() => new(FilterOption.OfDeadLetters(), "Everything in the queue", "order-id", IdList.OfOrders);

    public static SelectionOptions OfFailing() => new(FilterOption.OfOrders(), "Everything that has failed", "order-id", IdList.OfOrders);

    public static SelectionOptions OfWorkflows() => new(FilterOption.OfWorkflows(), all: null, "instance-id", IdList.OfWorkflows);

    public JsonObject Read(ParseResult parsed, Session session)
    {
        var filter = parsed.GetValue(_filter);
        var ids = parsed.GetValue(_ids) ?? [];
        var isAll = _all is not null && parsed.GetValue(_all);
        var fromJob = parsed.GetValue(_fromJob);
        var states = parsed.GetValue(_fromState) ?? [];
        if (states.Length > 0 && fromJob is null)
        {
            throw new CommandException(ExitCode.Usage, "--from-state is of the items of --from-job.");
        }

        if (new[] { filter is not null, ids.Length > 0 || parsed.GetValue(_idsFile) is not null, isAll, fromJob is not null }.Count(isSaid => isSaid) != 1)
        {
            var choices = $"{_filter.Name}, ids, --from-job{(_all is null ? string.Empty : ", --all")}";
            throw new CommandException(ExitCode.Usage, $"Say which items by exactly one of {choices}.");
        }

        return new JsonObject()
            .With("filter", filter)
            .With("fromJob", fromJob)
            .With("states", JsonBody.Array(states))
            .With("ids", JsonBody.Array([.. ids, .. IdsIn(_idsFile)]))
            .With("exclude", JsonBody.Array([.. parsed.GetValue(_exclude) ?? [], .. IdsIn(_excludeFile)]))
            .WithFlag("all", isAll);

        IReadOnlyList<string> IdsIn(Option<string?> file) => parsed.GetValue(file) is { } name ? Read(file.Name, name, session) : [];
    }

    private IReadOnlyList<string> Read(string option, string file, Session session)
    {
        var (list, problem) = IdList.Read(Text(file, session.Host), _idNames);
        if (list is null)
        {
            throw new CommandException(ExitCode.Usage, $"{option} '{file}' cannot be used.", problem!);
        }

        if (list.Repeated > 0)
        {
            session.Messages.Warn($"{option} names {list.Repeated.Of("id")} again; each counts once.");
        }

        return list.Ids;
    }

    private static string Text(string file, HostEnvironment host)
    {
        try
        {
            return file == Stdin ? host.In.ReadToEnd() : File.ReadAllText(Path.Combine(host.Folder, file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Usage, e.Message);
        }
    }
}
