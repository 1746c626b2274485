using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;

namespace QuickStart.App;

public sealed class Counter : TaskEntity<int>
{
    public void Add(int amount) => State += amount;

    public int Get() => State;

    [Function(nameof(Counter))]
    public static Task DispatchAsync([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync<Counter>();
}

public static class CounterFunctions
{
    [Function("AddToCounter")]
    public static async Task<HttpResponseData> AddAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "counters/{key}/{amount:int}")] HttpRequestData request, string key, int amount, [DurableClient] DurableTaskClient client)
    {
        await client.Entities.SignalEntityAsync(new EntityInstanceId(nameof(Counter), key), nameof(Counter.Add), amount);
        return request.CreateResponse(HttpStatusCode.Accepted);
    }

    [Function("GetCounter")]
    public static async Task<HttpResponseData> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "counters/{key}")] HttpRequestData request, string key, [DurableClient] DurableTaskClient client)
    {
        var entity = await client.Entities.GetEntityAsync<int>(new EntityInstanceId(nameof(Counter), key));
        var response = request.CreateResponse(HttpStatusCode.OK);
        response.WriteString((entity?.State ?? 0).ToString());
        return response;
    }
}
