using System.Net;
using System.Text.Json;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Waiting;

namespace EndToEnd.Tests.Stories;

/// <summary>Customers of the points sample, as a shop's programs talk to it.</summary>
internal sealed class LoyaltyPoints(AppClient client, int customers)
{
    private const int ManyAtOnce = 16;
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    public IReadOnlyList<string> Customers { get; } = [.. Enumerable.Range(0, customers).Select(number => $"c{number:D4}")];

    public static string InstanceOf(string customer) => $"loyalty-{customer}";

    /// <summary>Everybody gets 500 points by so many purchases.</summary>
    public async Task EarnAsync(int purchases)
    {
        await ForAllAsync(async customer =>
        {
            for (var purchase = 1; purchase <= purchases; purchase++)
            {
                await SendAsync(customer, "earned", $"purchase-{purchase}", 500 / purchases);
            }
        });
        await WaitForAllAsync(500);
    }

    /// <summary>An intern learns the ropes.</summary>
    public async Task SpendAllByMistakeAsync()
    {
        await ForAllAsync(customer => SendAsync(customer, "spent", "aaron-was-here", 500));
        await WaitForAllAsync(0);
    }

    public async Task SendAsync(string customer, string kind, string purchaseId, int points) =>
        (await client.PostAsync($"/api/samples/loyalty/{customer}/points", new { purchaseId, points, kind })).Expect(HttpStatusCode.Accepted);

    public async Task<int?> PointsOfAsync(string customer)
    {
        var answer = await client.GetAsync($"/api/samples/loyalty/{customer}");
        return answer.Status == HttpStatusCode.OK && answer.Json.TryGetProperty("points", out var points) ? points.GetInt32() : null;
    }

    public Task WaitForAllAsync(int points) => ForAllAsync(async customer =>
    {
        int? last = null;
        await Eventually.TrueAsync(
            async () => (last = await PointsOfAsync(customer)) == points, Long, () => $"{customer} has {last}.{Environment.NewLine}{client.Log}");
    });

    public Task<JsonElement> IndexedAsync(string customer) => WorkflowAsync(InstanceOf(customer));

    public async Task<JsonElement> WorkflowAsync(string instanceId) =>
        (await client.GetAsync($"/api/workflows/{instanceId}")).Expect(HttpStatusCode.OK).Json;

    public Task ForAllAsync(Func<string, Task> act) => Parallel.ForEachAsync(
        Customers, new ParallelOptions { MaxDegreeOfParallelism = ManyAtOnce }, async (customer, _) => await act(customer));
}
