using System.Text.Json;
using Azure;
using Reprocessing.Storage.Rows;
using ReprocessingFunctions.Tables;

namespace ReprocessingFunctions.Resets;

/// <summary>Whose fault an exception is: one workflow's own, which repeating does not mend, or that of what all of them need.</summary>
internal static class ItemFault
{
    /// <summary>False for an outage, and for what is not known: the whole call is to fail, so that it is repeated.</summary>
    public static bool IsItsOwn(Exception exception) => exception switch
    {
        ObjectDisposedException => false, // The host is being stopped.
        RequestFailedException => !StorageFault.IsUnavailable(exception),
        BrokenRowException or JsonException or FormatException or ArgumentException or InvalidOperationException or NotSupportedException => true,
        _ => false,
    };
}
