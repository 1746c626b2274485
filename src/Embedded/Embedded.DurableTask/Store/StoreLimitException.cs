namespace Embedded.DurableTask.Store;

/// <summary>Something is larger than Table Storage can change at once. It is refused as a whole, never split silently.</summary>
internal sealed class StoreLimitException(string message) : InvalidOperationException(message);
