using System.Net;
using System.Text.Json;
using Grpc.Core;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace EngineContracts.App;

/// <summary>What the client can do, for a caller from outside.</summary>
internal static class Client
{
    [Function(nameof(Health))]
    public static HttpResponseData Health([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequestData request) =>
        request.CreateResponse(HttpStatusCode.OK);

    [Function(nameof(Start))]
    public static Task<HttpResponseData> Start(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "instances/{id}")] HttpRequestData request, string id, [DurableClient] DurableTaskClient client) =>
        AnswerAsync(request, async () =>
        {
            var once = new StartOrchestrationOptions(id).WithDedupeStatuses([.. StartOrchestrationOptionsExtensions.ValidDedupeStatuses]);
            await client.ScheduleNewOrchestrationInstanceAsync(request.Query["name"]!, await BodyAsync(request), once);
            return null;
        });

    [Function(nameof(Show))]
    public static Task<HttpResponseData> Show(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "instances/{id}")] HttpRequestData request, string id, [DurableClient] DurableTaskClient client) =>
        AnswerAsync(request, async () => await client.GetInstanceAsync(id, getInputsAndOutputs: true) is { } instance
            ? new
            {
                status = instance.RuntimeStatus.ToString(),
                output = Json(instance.SerializedOutput),
                customStatus = Json(instance.SerializedCustomStatus),
                errorType = instance.FailureDetails?.ErrorType,
                errorMessage = instance.FailureDetails?.ErrorMessage,
            }
            : new { status = "none" });

    [Function(nameof(History))]
    public static Task<HttpResponseData> History(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "instances/{id}/history")] HttpRequestData request,
        string id,
        [DurableClient] DurableTaskClient client) =>
        AnswerAsync(request, async () => (await client.GetOrchestrationHistoryAsync(id)).Select(told => told.EventType.ToString()));

    [Function(nameof(Command))]
    public static Task<HttpResponseData> Command(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "instances/{id}/{command:regex(^(raise|terminate|suspend|resume|purge)$)}")] HttpRequestData request,
        string id,
        string command,
        [DurableClient] DurableTaskClient client) =>
        AnswerAsync(request, async () =>
        {
            await (command switch
            {
                "raise" => client.RaiseEventAsync(id, request.Query["name"]!, await BodyAsync(request)),
                "terminate" => client.TerminateInstanceAsync(id, new TerminateInstanceOptions("enough", Recursive: true)),
                "suspend" => client.SuspendInstanceAsync(id, "wait"),
                "resume" => client.ResumeInstanceAsync(id, "go on"),
                _ => client.PurgeInstanceAsync(id),
            });
            return null;
        });

    private static JsonElement? Json(string? text)
    {
        try
        {
            return text is null ? null : JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(text);
        }
    }

    private static async Task<JsonElement> BodyAsync(HttpRequestData request) => await JsonSerializer.DeserializeAsync<JsonElement>(request.Body);

    /// <summary>What the engine refuses is a 409 that says with what.</summary>
    private static async Task<HttpResponseData> AnswerAsync(HttpRequestData request, Func<Task<object?>> act)
    {
        var (status, body) = (HttpStatusCode.OK, (object?)null);
        try
        {
            body = await act();
        }
        catch (Exception e)
        {
            (status, body) = (HttpStatusCode.Conflict, new { error = e is RpcException rpc ? rpc.StatusCode.ToString() : e.GetType().Name, message = e.Message });
        }

        var response = request.CreateResponse(status);
        response.Headers.Add("Content-Type", "application/json");
        await response.WriteBytesAsync(JsonSerializer.SerializeToUtf8Bytes(body));
        return response;
    }
}
