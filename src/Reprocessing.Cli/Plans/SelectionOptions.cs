using Reprocessing.Cli.Filters;
using Reprocessing.Domain.Filters;
using Reprocessing.Domain.Workflows;

namespace Reprocessing.Cli.Plans;

/// <summary>Selects items by a filter, by ids, by what a job has left, or all, with exclusions.</summary>
internal sealed class SelectionOptions
{
    private const string Stdin = "-";

    private readonly FieldCatalog _catalog;
    private readonly Option<string?> _filter;
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

    private SelectionOptions(FieldCatalog catalog, Option<string?> filter, Option<bool>? all, string idName, IReadOnlyList<string> idNames)
    {
        (_catalog, _filter, _all, _idNames) = (catalog, filter, all, idNames);
        _ids = new Argument<string[]>(idName) { Description = "The items by their ids.", Arity = ArgumentArity.ZeroOrMore };
    }

    public IReadOnlyList<Symbol> Symbols => [_ids, _filter, .. _all is null ? (Symbol[])[] : [_all], _idsFile, _fromJob, _fromState, _exclude, _excludeFile];

    public static SelectionOptions OfDeadLetters() => new(
        DeadLetterFields.Catalog,
        new("--filter", "-f") { Description = "As: errorType = timeout AND failureCount >= 3 AND $.customer.tier = 'gold'." },
        new("--all") { Description = "Everything in the queue; an empty filter does not mean that." },
        "order-id",
        IdList.OfOrders);

    public static SelectionOptions OfFailing() => new(
        OrderFields.Catalog,
        new("--filter", "-f") { Description = "As: errorType = timeout AND age > 1h AND $.customer.tier = 'gold'." },
        new("--all") { Description = "Everything that has failed; an empty filter does not mean that." },
        "order-id",
        IdList.OfOrders);

    public static SelectionOptions OfWorkflows() => new(
        WorkflowFields.Catalog,
        new("--query", "-q", "--filter", "-f")
        {
            Description = "As: WorkflowType = 'OrderFulfillment' AND ExecutionStatus = Failed AND StartTime > '2026-01-01'.",
        },
        all: null,
        "instance-id",
        IdList.OfWorkflows);

    /// <summary>Reads the files; sends nothing.</summary>
    public JsonObject Read(ParseResult parsed, HostEnvironment host)
    {
        var filter = parsed.GetValue(_filter);
        var ids = parsed.GetValue(_ids) ?? [];
        var idsFile = parsed.GetValue(_idsFile);
        var isAll = _all is not null && parsed.GetValue(_all);
        var fromJob = parsed.GetValue(_fromJob);
        var states = parsed.GetValue(_fromState) ?? [];
        if (states.Length > 0 && fromJob is null)
        {
            throw new CommandException(ExitCode.Usage, "--from-state is of the items of --from-job.");
        }

        if ((filter is null ? 0 : 1) + (ids.Length > 0 || idsFile is not null ? 1 : 0) + (isAll ? 1 : 0) + (fromJob is null ? 0 : 1) != 1)
        {
            var choices = $"{_filter.Name}, ids, --from-job{(_all is null ? string.Empty : ", --all")}";
            throw new CommandException(ExitCode.Usage, $"Say which items by exactly one of {choices}.");
        }

        var selection = new JsonObject();
        if (filter is not null)
        {
            FilterCheck.Check(_filter.Name, filter, _catalog);
            selection["filter"] = filter;
        }

        return selection
            .With("fromJob", fromJob)
            .With("states", JsonBody.Array(states))
            .With("ids", JsonBody.Array(ids.Concat(Read(_idsFile.Name, idsFile, host))))
            .With("exclude", JsonBody.Array((parsed.GetValue(_exclude) ?? []).Concat(Read(_excludeFile.Name, parsed.GetValue(_excludeFile), host))))
            .WithFlag("all", isAll);
    }

    private IReadOnlyList<string> Read(string option, string? file, HostEnvironment host)
    {
        if (file is null)
        {
            return [];
        }

        var (list, problem) = IdList.Read(Text(file, host), _idNames);
        if (list is null)
        {
            throw new CommandException(ExitCode.Usage, $"{option} '{file}' cannot be used.", problem!);
        }

        if (list.Repeated > 0)
        {
            new Messages(host).Warn($"{option} names {list.Repeated.Of("id")} again; each counts once.");
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
