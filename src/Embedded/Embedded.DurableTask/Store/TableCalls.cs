using Azure;

namespace Embedded.DurableTask.Store;

internal static class TableCalls
{
    /// <summary>False if the row was not as the caller expected it: there, gone or changed.</summary>
    public static async Task<bool> TryAsync(Func<Task<Response>> write)
    {
        try
        {
            await write();
            return true;
        }
        catch (RequestFailedException exception) when (exception.Status is 404 or 409 or 412)
        {
            return false;
        }
    }
}
