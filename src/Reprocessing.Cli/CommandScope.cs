using System.CommandLine.Parsing;

namespace Reprocessing.Cli;

/// <summary>Creates commands that always return an exit code; also those that many nouns have in the same form.</summary>
internal sealed class CommandScope(GlobalOptions options, HostEnvironment host)
{
    public HostEnvironment Host { get; } = host;

    public static Command Noun(string name, string description, params Command[] verbs)
    {
        var noun = new Command(name, description);
        Array.ForEach(verbs, noun.Add);
        return noun;
    }

    public Command Command(string name, string description, Func<Session, ParseResult, CancellationToken, Task<int>> run, params Symbol[] symbols)
    {
        var command = new Command(name, description);
        foreach (var symbol in symbols)
        {
            switch (symbol)
            {
                case Argument argument:
                    argument.Validators.Add(RefuseOptions);
                    command.Add(argument);
                    break;
                case Option { AllowMultipleArgumentsPerToken: true } option:
                    option.Validators.Add(RefuseOptions);
                    command.Add(option);
                    break;
                case Option option:
                    command.Add(option);
                    break;
            }
        }

        command.SetAction((parsed, cancellationToken) => RunAsync(run, parsed, cancellationToken));
        return command;
    }

    /// <param name="query">The API's parameters, with the options that give them.</param>
    public Command List(
        string name, string description, string collection, IReadOnlyList<Column> columns, params (string Parameter, Option<string?> Option)[] query) =>
        List(name, description, collection, columns, id: null, query);

    /// <param name="id">The item that the list belongs to; the name is then the last part of its path.</param>
    public Command List(
        string name,
        string description,
        string collection,
        IReadOnlyList<Column> columns,
        Argument<string>? id,
        params (string Parameter, Option<string?> Option)[] query)
    {
        var limit = ListOptions.Limit();
        return Command(
            name,
            description,
            (session, parsed, cancellationToken) =>
            {
                var path = id is null ? $"/api/{collection}" : ApiPath.Of(collection, parsed.GetRequiredValue(id), name);
                return session.ListAsync(columns, ApiRequest.Ask(path, Values(parsed, query)), parsed.GetValue(limit), cancellationToken);
            },
            [.. Optional(id), .. query.Select(one => one.Option), limit]);
    }

    public Command Show(string description, Argument<string> id, string collection, Action<JsonElement, Results> write) => Command(
        "show",
        description,
        (session, parsed, cancellationToken) =>
            session.ShowAsync(ApiRequest.Get(ApiPath.Of(collection, parsed.GetRequiredValue(id))), write, cancellationToken),
        id);

    public Command Show(string description, Argument<string> id, string collection, IReadOnlyList<Column> fields) =>
        Show(description, id, collection, (found, results) => results.One(found, fields));

    /// <summary>Posts to an item, or to what there is one of. Repeating it changes nothing.</summary>
    public Command Post(
        string name, string description, string collection, IReadOnlyList<Column> fields, Argument<string>? id, string? done = null, bool needsReason = false)
    {
        var audit = new AuditOptions(Host.UserName, needsReason);
        return Command(
            name,
            description,
            async (session, parsed, cancellationToken) =>
            {
                var path = id is null ? ApiPath.Of(collection, name) : ApiPath.Of(collection, parsed.GetRequiredValue(id), name);
                var request = ApiRequest.Post(path, audit.Body(parsed)) with { ChangesNothingTwice = true };
                await session.ShowAsync(request, fields, cancellationToken);
                session.Messages.Say(done is null ? [] : [done]);
                return ExitCode.Ok;
            },
            [.. Optional(id), .. audit.Symbols]);
    }

    public Command Export(string description, string collection, params (string Parameter, Option<string?> Option)[] query)
    {
        var target = FileDownload.Target();
        return Command(
            "export",
            description,
            (session, parsed, cancellationToken) =>
            {
                var format = session.Results.Format == OutputFormat.Csv ? "csv" : "jsonl";
                var file = ApiRequest.Ask($"/api/exports/{collection}", [.. Values(parsed, query), ("format", format)]);
                return new FileDownload(session).SaveAsync(file, parsed.GetValue(target), cancellationToken);
            },
            [.. query.Select(one => one.Option), target]);
    }

    public Command Watch(string description, Argument<string> id, Func<Session, string, TimeSpan?, CancellationToken, Task<int>> wait)
    {
        var timeout = WaitOptions.TimeoutOption();
        return Command(
            "watch",
            description,
            (session, parsed, cancellationToken) =>
                wait(session, parsed.GetRequiredValue(id), WaitOptions.Duration(parsed, timeout), cancellationToken),
            id, timeout);
    }

    private static IEnumerable<Symbol> Optional(Symbol? symbol) => symbol is null ? [] : [symbol];

    private static IReadOnlyList<(string Name, string? Value)> Values(ParseResult parsed, (string Parameter, Option<string?> Option)[] query) =>
        [.. query.Select(one => (one.Parameter, parsed.GetValue(one.Option)))];

    private async Task<int> RunAsync(Func<Session, ParseResult, CancellationToken, Task<int>> run, ParseResult parsed, CancellationToken cancellationToken)
    {
        var messages = new Messages(Host);
        try
        {
            using var session = options.Open(parsed, Host);
            foreach (var filter in parsed.CommandResult.Command.Options.OfType<FilterOption>())
            {
                filter.Check(parsed);
            }

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
}
