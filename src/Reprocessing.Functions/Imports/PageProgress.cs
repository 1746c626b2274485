namespace Reprocessing.Functions.Imports;

internal sealed class PageWatch(TransferSteps<ImportRecord> steps, ImportPages pages, TimeProvider time, ILogger<PageWatch> logger)
{
    public async Task<T?> RunAsync<T>(
        ImportPageWork work, string activity, Func<ImportRecord, PageProgress, CancellationToken, Task<T>> run, CancellationToken cancellationToken)
    {
        var import = await steps.FindAsync(work.ImportId, cancellationToken);
        if (await pages.BeginAsync(work.ImportId, work.Number, activity, import.IsCancelRequested, time.GetUtcNow(), cancellationToken)
            is not { } begun)
        {
            return default;
        }

        try
        {
            return await PageProgress.RunAsync(
                work.Silence,
                (done, total, token) => pages.ReportAsync(
                    work.ImportId, begun with { LastProgressAt = time.GetUtcNow(), Done = done, Total = total }, token),
                time,
                (progress, token) => run(import, progress, token),
                cancellationToken);
        }
        catch (PageAbandonedException)
        {
            logger.PageAbandoned(begun.Attempt, activity, work.Number, work.ImportId);
            throw;
        }
    }
}

internal sealed class PageProgress(Action onProgress, Func<int, int, CancellationToken, Task> write, TimeProvider time)
{
    private static readonly TimeSpan WriteEvery = TimeSpan.FromSeconds(2);

    private int _writers;
    private DateTimeOffset _nextWrite = DateTimeOffset.MinValue;

    /// <summary>Ends the work, for the engine to call it again, when it has made no progress for too long.</summary>
    public static async Task<T> RunAsync<T>(
        TimeSpan silence,
        Func<int, int, CancellationToken, Task> write,
        TimeProvider time,
        Func<PageProgress, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken)
    {
        using var silent = new CancellationTokenSource(silence, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(silent.Token, cancellationToken);
        try
        {
            // Work that is given up is not waited for, as it may not hear of it: whatever it still asks of storage is refused by its token.
            return await work(new(() => silent.CancelAfter(silence), write, time), end.Token).WaitAsync(end.Token);
        }
        catch (OperationCanceledException) when (silent.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new PageAbandonedException($"The work made no progress for {silence} and was given up.");
        }
    }

    public async Task ReportAsync(int done, int total, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        onProgress();
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
}

internal sealed class PageAbandonedException(string message) : TimeoutException(message);
