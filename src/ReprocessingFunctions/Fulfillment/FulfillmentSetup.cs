using ReprocessingFunctions.Fulfillment.Warehouse;

namespace ReprocessingFunctions.Fulfillment;

internal static class FulfillmentSetup
{
    public static IServiceCollection AddFulfillment(this IServiceCollection services)
    {
        // The warehouse counts its own time; the client's default of 100 seconds would cut it short.
        services.AddHttpClient(HttpWarehouse.ClientName, client => client.Timeout = Timeout.InfiniteTimeSpan);
        return services
            .AddSettings<FulfillmentOptions>(FulfillmentOptions.Prefix)
            .AddSettings<WarehouseOptions>(WarehouseOptions.Prefix)
            .AddSingleton<SimulatedWarehouse>()
            .AddSingleton<HttpWarehouse>()
            .AddSingleton<IWarehouse>(provider => provider.GetRequiredService<IOptions<WarehouseOptions>>().Value.BaseUrl is null
                ? provider.GetRequiredService<SimulatedWarehouse>()
                : provider.GetRequiredService<HttpWarehouse>());
    }
}
