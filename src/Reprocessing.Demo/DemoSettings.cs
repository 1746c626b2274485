namespace Reprocessing.Demo;

/// <summary>The app's settings for the demo: everything goes faster than in production, and in tables of its own.</summary>
internal static class DemoSettings
{
    /// <summary>Orders whose id begins like this fail at picking, always.</summary>
    public const string HopelessPrefix = "hopeless-";

    public static IReadOnlyDictionary<string, string> Values { get; } = new Dictionary<string, string>
    {
        ["AZURE_FUNCTIONS_ENVIRONMENT"] = "Development",
        ["AzureWebJobsStorage"] = "UseDevelopmentStorage=true",
        ["AzureFunctionsJobHost__extensions__durableTask__hubName"] = "DemoHub",
        ["OrdersTablePrefix"] = "Demo",
        // An idle queue is looked at again after at most so long: costs nothing on the emulator.
        ["AzureFunctionsJobHost__extensions__durableTask__storageProvider__maxQueuePollingInterval"] = "00:00:01",
        // Every 15 seconds in place of every 15 minutes, and pauses to match.
        ["ReprocessingSchedule"] = "*/15 * * * * *",
        ["MaintenanceInterval"] = "00:01:00",
        ["ReprocessingMaxRetries"] = "3",
        ["RetryBaseDelay"] = "00:00:05",
        ["RetryMaxDelay"] = "00:00:20",
        ["WarehouseSimulatedLatency"] = "00:00:00.150",
        ["WarehouseSimulatedPlanFailureRate"] = "0.05",
        ["WarehouseSimulatedPickFailureRate"] = "0.15",
        ["WarehouseSimulatedPackFailureRate"] = "0.08",
        ["WarehouseSimulatedShipFailureRate"] = "0.05",
        ["WarehouseSimulatedFailures"] = $"{HopelessPrefix}:pick",
    };
}
