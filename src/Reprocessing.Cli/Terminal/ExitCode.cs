using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Reprocessing.Cli.Terminal;

/// <summary>Part of the command line's contract: a number never changes its meaning.</summary>
internal static class ExitCode
{
    public const int Ok = 0;
    public const int Error = 1;
    public const int Usage = 2;
    public const int Partial = 3;
    public const int NothingMatched = 4;
    public const int Refused = 5;
    public const int Auth = 6;
    public const int NotFound = 7;
    public const int Conflict = 8;
    public const int Timeout = 9;
    public const int Unreachable = 10;
    public const int Interrupted = 130;
    public const int NoReader = 141;

    public static IReadOnlyList<(int Code, string Meaning)> All { get; } =
    [
        (Ok, "done"),
        (Error, "an error that is none of the following; also a job that failed as a whole"),
        (Usage, "the command line, a filter or a value is not valid; nothing was done"),
        (Partial, "done in part: items failed or were skipped, or the job was cancelled or paused itself"),
        (NothingMatched, "nothing matched, or nothing of it can be worked on"),
        (Refused, "refused: not confirmed, it needs --force or an approval, or the app is read-only"),
        (Auth, "the key or the token is missing or not accepted, or does not have the role"),
        (NotFound, "there is nothing of that id"),
        (Conflict, "conflict, or items changed after they were planned"),
        (Timeout, "--timeout ran out while waiting; the job goes on"),
        (Unreachable, "the app does not answer"),
        (Interrupted, "stopped by Ctrl-C; a job that was started goes on"),
        (NoReader, "whoever read the output has gone, as head does"),
    ];
}

/// <summary>Ends a command with lines on stderr and an exit code. The lines are escaped when they are written.</summary>
internal sealed class CommandException(int exitCode, params IReadOnlyList<string> lines) : Exception(lines.Count > 0 ? lines[0] : string.Empty)
{
    public int ExitCode { get; } = exitCode;

    public IReadOnlyList<string> Lines { get; } = lines;
}

internal sealed class HelpWithExitCodes(HelpAction help) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => help.ClearsParseErrors;

    public override int Invoke(ParseResult parseResult)
    {
        var code = help.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        output.Write("Exit codes:\n");
        foreach (var (number, meaning) in ExitCode.All)
        {
            output.Write(string.Create(CultureInfo.InvariantCulture, $"  {number,-4} {meaning}\n"));
        }

        return code;
    }
}
