namespace Reprocessing.Cli.Terminal;

/// <summary>
/// Polls work that goes on by itself until its end. A restart of the app does not end the waiting, because the work survives it: only a
/// longer silence does.
/// </summary>
/// <param name="path">Where the current state is read.</param>
internal sealed class CompletionWait(
    Session session, string path, Func<JsonElement, ProgressFrame> frame, Func<JsonElement, bool> isEnd, TimeSpan? timeout)
{
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LastLook = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(2);

    private readonly DateTimeOffset _began = session.Host.Time.GetUtcNow();
    private DateTimeOffset? _silentSince;

    /// <param name="say">Explains the final state and returns the exit code.</param>
    public async Task<int> RunAsync(WaitMessages texts, Func<JsonElement, Task<int>> say, CancellationToken cancellationToken)
    {
        try
        {
            return await say(await EndAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            session.Messages.Say([texts.Stopped, .. texts.How]);
            return ExitCode.Interrupted;
        }
        catch (TimeoutException)
        {
            session.Messages.Fail([texts.TooLate]);
            session.Messages.Say(texts.How);
            return ExitCode.Timeout;
        }
    }

    /// <returns>The final state.</returns>
    /// <exception cref="TimeoutException">The end did not come in time.</exception>
    public Task<JsonElement> EndAsync(CancellationToken cancellationToken) =>
        IProgressDisplay.Of(session).RunAsync(show => PollAsync(show, cancellationToken));

    private async Task<JsonElement> PollAsync(Action<ProgressFrame> show, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await LookAsync(cancellationToken) is { } seen)
            {
                show(frame(seen));
                if (isEnd(seen))
                {
                    return seen;
                }
            }

            var waited = session.Host.Time.GetUtcNow() - _began;
            if (waited >= timeout)
            {
                throw new TimeoutException();
            }

            var pause = waited < TimeSpan.FromSeconds(10) ? Quick : Slow;
            await Task.Delay(timeout is { } limit && limit - waited < pause ? limit - waited : pause, session.Host.Time, cancellationToken);
        }
    }

    private async Task<JsonElement?> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            // An app that hangs must not hold up the end of the waiting for long.
            var left = timeout - (session.Host.Time.GetUtcNow() - _began);
            var limit = left is null ? Timeout.InfiniteTimeSpan : left > LastLook ? left.Value : LastLook;
            var seen = await session.Api.GetAsync(path, cancellationToken).WaitAsync(limit, cancellationToken);
            _silentSince = null;
            return seen;
        }
        catch (CommandException e) when (e.ExitCode == ExitCode.Unreachable)
        {
            var now = session.Host.Time.GetUtcNow();
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

internal sealed record WaitMessages(string Stopped, string TooLate, params IReadOnlyList<string> How);
