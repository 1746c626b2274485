using Azure.Core;
using Azure.Core.Pipeline;

namespace Reprocessing.Storage.Tests.Testing;

/// <summary>Counts the storage calls and spoils one of them.</summary>
internal sealed partial class FaultPolicy : HttpPipelinePolicy
{
    private int _calls;
    private int _spoiltCall;
    private FaultMode _mode;

    public int Calls => _calls;

    /// <summary>In one query. The service takes 15, the emulator any number.</summary>
    public int MostComparisons { get; private set; }

    /// <summary>Whether the call that was to be spoilt came at all.</summary>
    public bool HasStruck { get; private set; }

    public void Reset() => (_calls, _spoiltCall, HasStruck, MostComparisons) = (0, 0, false, 0);

    public void Spoil(int call, FaultMode mode) => (_calls, _spoiltCall, _mode, HasStruck) = (0, call, mode, false);

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new NotSupportedException("Storage is asynchronous.");

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        MostComparisons = Math.Max(MostComparisons, Comparisons().Count(Uri.UnescapeDataString(message.Request.Uri.Query)));
        var isSpoilt = Interlocked.Increment(ref _calls) == _spoiltCall;
        if (isSpoilt)
        {
            // Only ever set: a call beside it that puts back what it has read would undo it.
            HasStruck = true;
        }

        if (isSpoilt && _mode == FaultMode.CrashBefore)
        {
            throw new CrashException();
        }

        await ProcessNextAsync(message, pipeline);
        if (isSpoilt)
        {
            throw _mode == FaultMode.CrashAfter ? new CrashException() : new IOException("The answer was lost.");
        }
    }

    [System.Text.RegularExpressions.GeneratedRegex(" (eq|ne|gt|ge|lt|le) ")]
    private static partial System.Text.RegularExpressions.Regex Comparisons();
}

public enum FaultMode
{
    /// <summary>The process dies before the service hears of the call.</summary>
    CrashBefore,

    /// <summary>The service has done it, and the process dies before it knows.</summary>
    CrashAfter,

    /// <summary>The service has done it, the answer is lost, and the client's pipeline sends the same call again.</summary>
    AnswerLost,
}

/// <summary>The process is gone: nothing in the product may catch this.</summary>
internal sealed class CrashException : Exception;
