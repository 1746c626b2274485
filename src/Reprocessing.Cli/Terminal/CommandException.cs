namespace Reprocessing.Cli.Terminal;

/// <summary>Ends a command: what is said on stderr, line by line, and the exit code. Texts are made safe where they are written.</summary>
internal sealed class CommandException(int exitCode, params IReadOnlyList<string> lines) : Exception(lines.Count > 0 ? lines[0] : string.Empty)
{
    public int ExitCode { get; } = exitCode;

    public IReadOnlyList<string> Lines { get; } = lines;
}
