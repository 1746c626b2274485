namespace Reprocessing.Demo;

/// <summary>Orders of an ordinary day, the same ones at every start but for their ids.</summary>
internal sealed class OrderFactory(string batch)
{
    private static readonly (string City, string State)[] Places =
        [("Seattle", "WA"), ("Denver", "CO"), ("Austin", "TX"), ("Boston", "MA"), ("Portland", "OR")];
    private static readonly string[] Priorities = ["standard", "standard", "next_day", "standard", "same_day"];

    /// <summary>Every 20th order can't be fulfilled however often it is tried: these end dead-lettered.</summary>
    public static bool IsHopeless(int number) => number % 20 == 7;

    public string Id(int number) => $"{(IsHopeless(number) ? DemoSettings.HopelessPrefix : "order-")}{batch}-{number:D4}";

    public object Create(int number, DateTimeOffset now)
    {
        var (city, state) = Places[number % Places.Length];
        return new
        {
            orderId = Id(number),
            customerId = $"customer-{number % 37:D2}",
            priority = Priorities[number % Priorities.Length],
            promisedDeliveryAt = now.AddDays(1 + (number % 3)),
            items = Enumerable.Range(1, 1 + (number % 4))
                .Select(line => new { sku = $"SKU-{(number * 7 + line) % 500:D3}", quantity = line, weight = 0.4 * line })
                .ToArray(),
            shipping = new { city, state },
        };
    }
}
