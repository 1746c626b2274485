namespace ReprocessingFunctions.Fulfillment;

/// <summary>Ends an order's workflow as Failed after the failure was recorded; its message is the instance's output.</summary>
internal sealed class OrderFailedException(string message) : Exception(message);
