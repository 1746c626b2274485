namespace EndToEnd.Tests.Hosts;

/// <summary>The app's settings in a test: its own hub and tables, no waits that nothing needs.</summary>
internal static class AppSettings
{
    public static Dictionary<string, string?> For(
        string storage, string tablePrefix, string hubName, params (string Name, string Value)[] overrides)
    {
        var settings = new Dictionary<string, string?>
        {
            ["AzureWebJobsStorage"] = storage,
            ["AZURE_FUNCTIONS_ENVIRONMENT"] = "Development",
            ["AzureFunctionsJobHost:extensions:durableTask:hubName"] = hubName,
            // Hosts of one id share timers: those of other stories must not take this one's.
            ["AzureFunctionsWebHost:hostid"] = hubName.ToLowerInvariant(),
            ["OrdersTablePrefix"] = tablePrefix,
            // An idle queue is looked at again soon; what a killed host had in hand comes back after the least time that the engine allows.
            ["AzureFunctionsJobHost:extensions:durableTask:storageProvider:maxQueuePollingInterval"] = "00:00:00.500",
            ["AzureFunctionsJobHost:extensions:durableTask:storageProvider:controlQueueVisibilityTimeout"] = "00:01:00",
            ["AzureFunctionsJobHost:extensions:durableTask:storageProvider:workItemQueueVisibilityTimeout"] = "00:01:00",
            // Far from any tick unless a test wants one.
            ["ReprocessingSchedule"] = "0 0 0 1 1 *",
            ["MaintenanceSchedule"] = "0 0 0 1 1 *",
            ["MaintenanceInterval"] = "00:00:00",
            ["RetryStrategy"] = "immediate",
            ["WarehouseSimulatedLatency"] = "00:00:00",
            ["SamplesEnabled"] = "true",
        };
        foreach (var (setting, value) in overrides)
        {
            settings[setting] = value;
        }

        return settings;
    }
}
