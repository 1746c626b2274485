using System.Globalization;

namespace Embedded.DurableTask.Hosting;

/// <summary>Orders messages: the fencing token first, so that a later host's messages come after those of an earlier one.</summary>
internal sealed class SequenceSource(long token)
{
    private long _last;

    public string Next() => string.Create(CultureInfo.InvariantCulture, $"{token:D10}-{Interlocked.Increment(ref _last):D12}");
}
