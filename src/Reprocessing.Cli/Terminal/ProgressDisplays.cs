namespace Reprocessing.Cli.Terminal;

internal static class ProgressDisplays
{
    public static IProgressDisplay Of(Session session) => session.Surroundings is { IsErrorTerminal: true, CanRedraw: true }
        ? new ProgressBars(session.Surroundings)
        : new ProgressLines(session.Messages, session.Time);
}
