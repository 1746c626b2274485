namespace Reprocessing.Functions.Tests.Jobs.Requests;

/// <summary>Counts the writes of a process, and ends it at one of them: just before it is done, or just after.</summary>
internal sealed class DyingProcess
{
    private int _writes;

    /// <summary>0 is never.</summary>
    public int DiesAt { get; set; }

    public bool DiesAfter { get; set; }

    public int Writes => _writes;

    public T Write<T>(Func<T> write)
    {
        var isLast = ++_writes == DiesAt;
        if (isLast && !DiesAfter)
        {
            throw new ProcessDiedException();
        }

        var result = write();
        return isLast ? throw new ProcessDiedException() : result;
    }

    public void Revive() => (_writes, DiesAt) = (0, 0);
}

internal sealed class ProcessDiedException : Exception;
