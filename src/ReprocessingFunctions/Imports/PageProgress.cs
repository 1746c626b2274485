namespace ReprocessingFunctions.Imports;

/// <summary>Runs an activity's work on a page, whose row says how far it is, for as long as it makes progress.</summary>
internal sealed class PageWatch(ITransferStore<ImportRecord> imports, ImportPages pages, TimeProvider time, ILogger<PageWatch> logger)
{
    /// <returns>Nothing when the import was canceled before any work on the page began.</returns>
    /// <exception cref="PageAbandonedException">The work made no progress for the page's time-out. The engine calls the activity again.</exception>
    public async Task<T?> RunAsync<T>(
        ImportPageWork work, string activity, Func<ImportRecord, PageProgress, CancellationToken, Task<T>> run, CancellationToken cancellationToken)
    {
        var import = await imports.GetAsync(work.ImportId, cancellationToken)
            ?? throw new InvalidOperationException($"There is no import {work.ImportId}.");
        if (await pages.BeginAsync(work.ImportId, work.Number, activity, import.IsCancelRequested, time.GetUtcNow(), cancellationToken)
            is not { } begun)
        {
            return default;
        }

        var progress = new PageProgress(
            (done, total, token) => pages.ReportAsync(
                work.ImportId, begun with { LastProgressAt = time.GetUtcNow(), Done = done, Total = total }, token),
            time);
        try
        {
            return await progress.RunAsync(work.Silence, token => run(import, progress, token), cancellationToken);
        }
        catch (PageAbandonedException)
        {
            logger.PageAbandoned(begun.Attempt, activity, work.Number, work.ImportId);
            throw;
        }
    }
}

/// <summary>How far the work on a page is. Parts of the work may report side by side.</summary>
/// <param name="write">Stores what is done, of how much.</param>
internal sealed class PageProgress(Func<int, int, CancellationToken, Task> write, TimeProvider time)
{
    private static readonly TimeSpan WriteEvery = TimeSpan.FromSeconds(2);

    private int _writers;
    private DateTimeOffset _nextWrite = DateTimeOffset.MinValue;
    private long _lastProgress;

    /// <summary>Does the work, until it is done or has made no progress for too long.</summary>
    public async Task<T> RunAsync<T>(TimeSpan silence, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Volatile.Write(ref _lastProgress, time.GetUtcNow().UtcTicks);
        var running = work(end.Token);
        try
        {
            while (await Task.WhenAny(running, Task.Delay(LeftOf(silence), time, end.Token)) != running)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (LeftOf(silence) == TimeSpan.Zero)
                {
                    throw new PageAbandonedException($"The work made no progress for {silence} and was given up.");
                }
            }

            return await running;
        }
        finally
        {
            // The delay that is still on. Work that was given up is not waited for, as it may not hear of it: whatever it still
            // asks of storage is refused by this token.
            await end.CancelAsync();
        }
    }

    /// <summary>May be called as often as one likes: it writes no more than once in two seconds.</summary>
    public async Task ReportAsync(int done, int total, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Volatile.Write(ref _lastProgress, time.GetUtcNow().UtcTicks);
        if (Interlocked.CompareExchange(ref _writers, 1, 0) != 0)
        {
            return;
        }

        try
        {
            if (time.GetUtcNow() >= _nextWrite)
            {
                await write(done, total, cancellationToken);
                _nextWrite = time.GetUtcNow() + WriteEvery;
            }
        }
        finally
        {
            Volatile.Write(ref _writers, 0);
        }
    }

    /// <summary>Reports for as long as a part of the work takes that has its own time limits and waits for somebody else.</summary>
    public async Task<T> ReportWhileAsync<T>(int done, int total, Task<T> part, CancellationToken cancellationToken)
    {
        while (await Task.WhenAny(part, Task.Delay(WriteEvery, time, cancellationToken)) != part)
        {
            await ReportAsync(done, total, cancellationToken);
        }

        return await part;
    }

    private TimeSpan LeftOf(TimeSpan silence)
    {
        var left = silence - (time.GetUtcNow() - new DateTimeOffset(Volatile.Read(ref _lastProgress), TimeSpan.Zero));
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}

internal sealed class PageAbandonedException(string message) : TimeoutException(message);
