namespace Reprocessing.Cli.Terminal;

internal static class ProgressDisplays
{
    public static IProgressDisplay Of(Session session) => session.Surroundings.IsErrorTerminal
        ? new ProgressBars(session.Surroundings)
        : new ProgressLines(session.Messages, session.Time);
}
