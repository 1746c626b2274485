namespace Reprocessing.Cli.Tests.Testing;

/// <summary>A keyboard before which somebody thinks until it is taken away.</summary>
internal sealed class BlockedReader : TextReader
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _gone = new();

    /// <summary>Somebody is asked.</summary>
    public Task Asked => _asked.Task;

    public override string? ReadLine()
    {
        _asked.SetResult();
        _gone.Wait();
        return null;
    }

    protected override void Dispose(bool disposing)
    {
        _gone.Set();
        base.Dispose(disposing);
    }
}
