using System.CommandLine.Parsing;

namespace Reprocessing.Cli;

/// <summary>Creates commands that always return an exit code.</summary>
internal sealed class CommandScope(GlobalOptions options, HostEnvironment host)
{
    public HostEnvironment Host { get; } = host;

    public Command Command(string name, string description, Func<Session, ParseResult, CancellationToken, Task<int>> run, params Symbol[] symbols)
    {
        var command = new Command(name, description);
        foreach (var symbol in symbols)
        {
            Add(command, symbol);
        }

        command.SetAction((parsed, cancellationToken) => RunAsync(run, parsed, cancellationToken));
        return command;
    }

    public static Command Noun(string name, string description, params Command[] verbs)
    {
        var noun = new Command(name, description);
        foreach (var verb in verbs)
        {
            noun.Add(verb);
        }

        return noun;
    }

    private async Task<int> RunAsync(Func<Session, ParseResult, CancellationToken, Task<int>> run, ParseResult parsed, CancellationToken cancellationToken)
    {
        var messages = new Messages(Host);
        try
        {
            using var session = options.Open(parsed, Host);
            return await run(session, parsed, cancellationToken);
        }
        catch (CommandException e)
        {
            messages.Fail(e.Lines);
            return e.ExitCode;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            messages.Say("Stopped.");
            return ExitCode.Interrupted;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TimeoutException or UnauthorizedAccessException && !StandardOutput.HasNoReader(e))
        {
            messages.Fail([e.Message]);
            return e is HttpRequestException or HttpIOException or TimeoutException ? ExitCode.Unreachable : ExitCode.Error;
        }
    }

    /// <summary>
    /// An unknown option would be taken for another id: a mistyped --dry-run must not do what it should have prevented. An id that begins with
    /// a dash can be given in a file.
    /// </summary>
    private static void RefuseOptions(SymbolResult result)
    {
        foreach (var token in result.Tokens.Where(token => token.Value is ['-', not (>= '0' and <= '9'), ..]))
        {
            result.AddError($"There is no option '{token.Value}'.");
        }
    }

    private static void Add(Command command, Symbol symbol)
    {
        if (symbol is Argument argument)
        {
            argument.Validators.Add(RefuseOptions);
            command.Add(argument);
            return;
        }

        var option = (Option)symbol;
        if (option.AllowMultipleArgumentsPerToken)
        {
            option.Validators.Add(RefuseOptions);
        }

        command.Add(option);
    }
}

/// <summary>Commands for lists and items that the API has in the same form.</summary>
internal static class CommonCommands
{
    /// <param name="query">The API's parameters, with the options that give them.</param>
    public static Command List(
        this CommandScope scope,
        string name,
        string description,
        string collection,
        IReadOnlyList<Column> columns,
        params (string Parameter, Option<string?> Option)[] query)
    {
        var limit = ListOptions.Limit();
        return scope.Command(
            name,
            description,
            (session, parsed, cancellationToken) =>
            {
                var list = ApiRequest.Ask($"/api/{collection}", [.. query.Select(one => (one.Parameter, parsed.GetValue(one.Option)))]);
                return session.ListAsync(columns, list, parsed.GetValue(limit), cancellationToken);
            },
            [.. query.Select(one => one.Option), limit]);
    }

    /// <summary>A list that belongs to one item of a collection.</summary>
    /// <param name="state">The API's parameter <c>state</c>, if it has one.</param>
    public static Command Part(
        this CommandScope scope, PartOfOne part, string description, Argument<string> id, Option<string?>? state = null)
    {
        var limit = ListOptions.Limit();
        return scope.Command(
            part.Name,
            description,
            (session, parsed, cancellationToken) =>
            {
                var list = ApiRequest.Ask(
                    ApiPath.Of(part.Collection, parsed.GetRequiredValue(id), part.Name), ("state", state is null ? null : parsed.GetValue(state)));
                return session.ListAsync(part.Columns, list, parsed.GetValue(limit), cancellationToken);
            },
            state is null ? [id, limit] : [id, state, limit]);
    }

    public static Command Show(
        this CommandScope scope, string description, Argument<string> id, string collection, Action<JsonElement, Results> write) => scope.Command(
        "show",
        description,
        async (session, parsed, cancellationToken) =>
        {
            write(await session.Api.GetAsync(ApiPath.Of(collection, parsed.GetRequiredValue(id)), cancellationToken), session.Results);
            return ExitCode.Ok;
        },
        id);

    public static Command Show(
        this CommandScope scope, string description, Argument<string> id, string collection, IReadOnlyList<Column> fields) =>
        scope.Show(description, id, collection, (found, results) => results.One(found, fields));

    /// <summary>Posts to an item, or to what there is one of. Repeating it changes nothing.</summary>
    public static Command Post(
        this CommandScope scope, PartOfOne action, string description, Argument<string>? id, string? done = null, bool needsReason = false)
    {
        var audit = new AuditOptions(scope.Host.UserName, needsReason);
        return scope.Command(
            action.Name,
            description,
            async (session, parsed, cancellationToken) =>
            {
                if (needsReason)
                {
                    audit.NeededReason(parsed);
                }

                var path = id is null ? ApiPath.Of(action.Collection, action.Name) : ApiPath.Of(action.Collection, parsed.GetRequiredValue(id), action.Name);
                var request = ApiRequest.Post(path, audit.Body(parsed)) with { ChangesNothingTwice = true };
                await session.ShowAsync(action.Columns, request, cancellationToken);
                session.Messages.Say(done is null ? [] : [done]);
                return ExitCode.Ok;
            },
            [.. id is null ? Array.Empty<Symbol>() : [id], .. audit.Symbols]);
    }

    /// <param name="file">The request for the file in a format.</param>
    public static Command Export(this CommandScope scope, string description, Func<ParseResult, string, ApiRequest> file, params Option[] options)
    {
        var target = new Option<string?>("--to") { Description = "The file; it appears when it is whole. Default: stdout.", HelpName = "file" };
        return scope.Command(
            "export",
            description,
            (session, parsed, cancellationToken) =>
            {
                var format = session.Results.Format == OutputFormat.Csv ? "csv" : "jsonl";
                return new FileDownload(session).SaveAsync(file(parsed, format), parsed.GetValue(target), cancellationToken);
            },
            [.. options, target]);
    }

    public static Command Watch(
        this CommandScope scope, string description, Argument<string> id, Func<Session, string, TimeSpan?, CancellationToken, Task<int>> wait)
    {
        var timeout = WaitOptions.TimeoutOption();
        return scope.Command(
            "watch",
            description,
            (session, parsed, cancellationToken) =>
                wait(session, parsed.GetRequiredValue(id), WaitOptions.Duration(parsed, timeout), cancellationToken),
            id, timeout);
    }
}

/// <param name="Name">The last part of its path and the command's name.</param>
internal sealed record PartOfOne(string Collection, string Name, IReadOnlyList<Column> Columns);
