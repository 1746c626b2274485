using Azure;

namespace ReprocessingFunctions.Tables;

internal static class StorageFault
{
    /// <summary>
    /// Storage cannot be reached, is too busy or is out of order: nothing is wrong with what was asked. The client gives one
    /// exception an attempt, gathered in an <see cref="AggregateException"/>, when its retries are used up.
    /// </summary>
    public static bool IsUnavailable(Exception exception) => exception switch
    {
        RequestFailedException failed => failed.Status is 0 or 408 or 429 or >= 500,
        AggregateException { InnerExceptions: [_, ..] attempts } => attempts.All(IsUnavailable),
        HttpRequestException or IOException or TaskCanceledException => true,
        _ => false,
    };
}
