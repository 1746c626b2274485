using System.Text.Json;
using Reprocessing.Cli.Http;

namespace Reprocessing.Cli.Terminal;

/// <summary>Waits for the end of something that goes on by itself, and says how to look again when the waiting ends before it.</summary>
internal sealed class Vigil(Session session, TimeSpan? timeout)
{
    /// <param name="look">One answer.</param>
    /// <param name="progress">What is shown of each answer, and which is the last.</param>
    /// <param name="say">Says by an exit code what came of it.</param>
    public async Task<int> RunAsync(
        VigilTexts texts,
        Func<Task<JsonElement>> look,
        (Func<JsonElement, ProgressFrame> Frame, Func<JsonElement, bool> IsEnd) progress,
        Func<JsonElement, Task<int>> say,
        CancellationToken cancellationToken)
    {
        try
        {
            var last = await ProgressDisplays.Of(session).RunAsync(show => new PatientPoll(session, timeout).RunAsync(
                look,
                seen =>
                {
                    show(progress.Frame(seen));
                    return progress.IsEnd(seen);
                },
                cancellationToken));
            return await say(last);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            session.Messages.Say(texts.Stopped);
            SayHow(texts);
            return ExitCode.Interrupted;
        }
        catch (WaitTimeoutException)
        {
            session.Messages.Fail([texts.TooLate]);
            SayHow(texts);
            return ExitCode.Timeout;
        }
    }

    private void SayHow(VigilTexts texts)
    {
        foreach (var line in texts.How)
        {
            session.Messages.Say(line);
        }
    }
}

/// <param name="Stopped">Nobody waits any longer.</param>
/// <param name="TooLate">It has not ended in time.</param>
/// <param name="How">What can be done about it then.</param>
internal sealed record VigilTexts(string Stopped, string TooLate, params IReadOnlyList<string> How);
