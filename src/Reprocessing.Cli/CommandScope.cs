using System.CommandLine;
using System.CommandLine.Parsing;
using Reprocessing.Cli.Terminal;

namespace Reprocessing.Cli;

/// <summary>Makes commands that answer with an exit code, whatever happens.</summary>
internal sealed class CommandScope(GlobalOptions options, Surroundings surroundings)
{
    public Surroundings Surroundings { get; } = surroundings;

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

    /// <summary>A noun with its verbs.</summary>
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
        var messages = new Messages(Surroundings);
        try
        {
            using var session = options.Open(parsed, Surroundings);
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
        catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException && !StandardOutput.HasNoReader(e))
        {
            messages.Fail([e.Message]);
            return e is HttpRequestException or HttpIOException ? ExitCode.Unreachable : ExitCode.Error;
        }
    }

    /// <summary>
    /// An option that there is not would be taken for one more id: a mistyped --dry-run must not do what it was to prevent. An id
    /// that begins so can be given by a file.
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
        switch (symbol)
        {
            case Argument argument:
                argument.Validators.Add(RefuseOptions);
                command.Add(argument);
                break;
            case Option option:
                if (option.AllowMultipleArgumentsPerToken)
                {
                    option.Validators.Add(RefuseOptions);
                }

                command.Add(option);
                break;
            case Command sub:
                command.Add(sub);
                break;
            default:
                throw new ArgumentException($"A {symbol.GetType().Name} is no part of a command.", nameof(symbol));
        }
    }
}
