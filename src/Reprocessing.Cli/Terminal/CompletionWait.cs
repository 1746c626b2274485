namespace Reprocessing.Cli.Terminal;

/// <summary>Waits for the end of work that goes on by itself, and tells how to come back when the waiting ends first.</summary>
internal sealed class CompletionWait(Session session, TimeSpan? timeout)
{
    /// <param name="look">Reads the current state.</param>
    /// <param name="progress">What is shown of a state, and whether it is final.</param>
    /// <param name="say">Explains the final state and returns the exit code.</param>
    public async Task<int> RunAsync(
        WaitMessages texts,
        Func<Task<JsonElement>> look,
        (Func<JsonElement, ProgressFrame> Frame, Func<JsonElement, bool> IsEnd) progress,
        Func<JsonElement, Task<int>> say,
        CancellationToken cancellationToken)
    {
        try
        {
            var last = await IProgressDisplay.Of(session).RunAsync(show => new Poller(session, timeout).RunAsync(
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
            session.Messages.Say([texts.Stopped, .. texts.How]);
            return ExitCode.Interrupted;
        }
        catch (WaitTimeoutException)
        {
            session.Messages.Fail([texts.TooLate]);
            session.Messages.Say(texts.How);
            return ExitCode.Timeout;
        }
    }
}

/// <param name="Stopped">After Ctrl-C.</param>
/// <param name="TooLate">After the timeout.</param>
/// <param name="How">How to come back.</param>
internal sealed record WaitMessages(string Stopped, string TooLate, params IReadOnlyList<string> How);

/// <summary>
/// Polls until the end. A restart of the app does not end the waiting, because the work survives it: only a longer silence does.
/// </summary>
internal sealed class Poller(Session session, TimeSpan? timeout)
{
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LastLook = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(2);

    private readonly DateTimeOffset _began = session.Time.GetUtcNow();
    private DateTimeOffset? _silentSince;

    /// <param name="isEnd">Called with every state.</param>
    public async Task<JsonElement> RunAsync(Func<Task<JsonElement>> look, Func<JsonElement, bool> isEnd, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await LookAsync(look, cancellationToken) is { } seen && isEnd(seen))
            {
                return seen;
            }

            var waited = session.Time.GetUtcNow() - _began;
            if (waited >= timeout)
            {
                throw new WaitTimeoutException();
            }

            var pause = waited < TimeSpan.FromSeconds(10) ? Quick : Slow;
            await Task.Delay(timeout is { } limit && limit - waited < pause ? limit - waited : pause, session.Time, cancellationToken);
        }
    }

    private async Task<JsonElement?> LookAsync(Func<Task<JsonElement>> look, CancellationToken cancellationToken)
    {
        try
        {
            // An app that hangs must not hold up the end of the waiting for long.
            var left = timeout - (session.Time.GetUtcNow() - _began);
            var limit = left is null ? Timeout.InfiniteTimeSpan : left > LastLook ? left.Value : LastLook;
            var seen = await look().WaitAsync(limit, cancellationToken);
            _silentSince = null;
            return seen;
        }
        catch (TimeoutException)
        {
            throw new WaitTimeoutException();
        }
        catch (CommandException e) when (e.ExitCode == ExitCode.Unreachable)
        {
            var now = session.Time.GetUtcNow();
            if (_silentSince is null)
            {
                session.Messages.Warn("The app does not answer; still trying.");
            }

            _silentSince ??= now;
            if (now - _silentSince > Silence)
            {
                throw;
            }

            return null;
        }
    }
}

internal sealed class WaitTimeoutException : Exception;
