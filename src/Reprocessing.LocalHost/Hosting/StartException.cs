namespace Reprocessing.LocalHost.Hosting;

/// <summary>Why the host cannot run: one line for the person who started it.</summary>
internal sealed class StartException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The message of the innermost exception, on one line.</summary>
    public static string Reason(Exception exception)
    {
        while (exception is AggregateException { InnerExceptions: [var only, ..] })
        {
            exception = only;
        }

        return (exception.InnerException is { } inner ? Reason(inner) : exception.Message).ReplaceLineEndings(" ").Trim();
    }
}
