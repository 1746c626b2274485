using Azure.Core;

namespace EndToEnd.Tests.Hosts;

/// <summary>The storage requests that stories stop, fail or count, told by what is in them.</summary>
internal static class StorageRequests
{
    /// <summary>Reads the due index of a shard.</summary>
    public static bool IsDueQuery(Request request) =>
        request.Method == RequestMethod.Get && Uri.UnescapeDataString(request.Uri.Query).Contains("'d|", StringComparison.Ordinal);

    /// <summary>Changes orders; the chunk of a run does, and so does every step of a workflow.</summary>
    public static bool IsTransaction(Request request) =>
        request.Method == RequestMethod.Post && request.Uri.Path.EndsWith("$batch", StringComparison.Ordinal);

    public static bool IsRestart(Request request) => IsTransaction(request) && Body(request).Contains("pending_retry", StringComparison.Ordinal);

    public static bool IsDeadLettering(Request request) => IsTransaction(request) && Body(request).Contains("dead_letter", StringComparison.Ordinal);

    /// <summary>Changes the head of a plan that is there.</summary>
    public static bool IsPlanEdit(Request request) =>
        request.Method == RequestMethod.Put && Uri.UnescapeDataString(request.Uri.Path).EndsWith("RowKey='plan')", StringComparison.Ordinal);

    /// <summary>Stores that a reset has ended a workflow's old run and has all that the new one needs.</summary>
    public static bool IsResetCapture(Request request) => IsTransaction(request) && Body(request).Contains("captured", StringComparison.Ordinal);

    private static string Body(Request request)
    {
        using var body = new MemoryStream();
        request.Content?.WriteTo(body, CancellationToken.None);
        return System.Text.Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length);
    }
}
