using System.Net;
using Embedded.Functions.Durable;
using Embedded.Functions.Invocation;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Azure.Functions.Worker;

public static class DurableTaskClientExtensions
{
    private static readonly TimeSpan DefaultRetryInterval = TimeSpan.FromSeconds(1);

    public static Task<HttpResponseData> CreateCheckStatusResponseAsync(
        this DurableTaskClient client, HttpRequestData request, string instanceId, CancellationToken cancellation = default) =>
        client.CreateCheckStatusResponseAsync(request, instanceId, HttpStatusCode.Accepted, cancellation);

    public static async Task<HttpResponseData> CreateCheckStatusResponseAsync(
        this DurableTaskClient client, HttpRequestData request, string instanceId, HttpStatusCode statusCode, CancellationToken cancellation = default)
    {
        var (response, payload) = CheckStatus(client, request, instanceId, statusCode);
        await response.FunctionContext.Serializer().SerializeAsync(response.Body, payload, payload.GetType(), cancellation);
        return response;
    }

    public static HttpResponseData CreateCheckStatusResponse(
        this DurableTaskClient client, HttpRequestData request, string instanceId, CancellationToken cancellation = default) =>
        client.CreateCheckStatusResponse(request, instanceId, HttpStatusCode.Accepted, cancellation);

    public static HttpResponseData CreateCheckStatusResponse(
        this DurableTaskClient client, HttpRequestData request, string instanceId, HttpStatusCode statusCode, CancellationToken cancellation = default)
    {
        var (response, payload) = CheckStatus(client, request, instanceId, statusCode);
        response.FunctionContext.Serializer().Serialize(response.Body, payload, payload.GetType(), cancellation);
        return response;
    }

    /// <summary>
    /// Looks at the instance every <paramref name="retryInterval"/> (a second by default) and answers with its end: 200, or 500
    /// for a failed one if asked. Cancelling answers with the check-status response instead.
    /// </summary>
    public static async Task<HttpResponseData> WaitForCompletionOrCreateCheckStatusResponseAsync(
        this DurableTaskClient client,
        HttpRequestData request,
        string instanceId,
        TimeSpan? retryInterval = null,
        bool returnInternalServerErrorOnFailure = false,
        bool getInputsAndOutputs = false,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(request);
        var time = request.FunctionContext.InstanceServices.GetService<TimeProvider>() ?? TimeProvider.System;
        try
        {
            while (true)
            {
                var instance = await client.GetInstanceAsync(instanceId, getInputsAndOutputs, cancellation);
                if (instance is { IsCompleted: true })
                {
                    return await Ended(request, instance, returnInternalServerErrorOnFailure);
                }

                await Task.Delay(retryInterval ?? DefaultRetryInterval, time, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return await client.CreateCheckStatusResponseAsync(request, instanceId, CancellationToken.None);
        }
    }

    public static HttpManagementPayload CreateHttpManagementPayload(
        this DurableTaskClient client, string instanceId, HttpRequestData? request = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        return ManagementLinks.Payload(client, instanceId, request);
    }

    private static (HttpResponseData Response, HttpManagementPayload Payload) CheckStatus(
        DurableTaskClient client, HttpRequestData request, string instanceId, HttpStatusCode statusCode)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(request);
        var payload = ManagementLinks.Payload(client, instanceId, request);
        var response = request.CreateResponse(statusCode);
        response.Headers.Add("Location", payload.StatusQueryGetUri);
        response.Headers.Add("Content-Type", "application/json");
        return (response, payload);
    }

    private static async Task<HttpResponseData> Ended(HttpRequestData request, OrchestrationMetadata instance, bool failureIsError)
    {
        var failed = failureIsError && instance.RuntimeStatus == OrchestrationRuntimeStatus.Failed;
        var response = request.CreateResponse(failed ? HttpStatusCode.InternalServerError : HttpStatusCode.OK);
        await response.WriteAsJsonAsync(new
        {
            instance.Name,
            instance.InstanceId,
            instance.CreatedAt,
            instance.LastUpdatedAt,
            RuntimeStatus = instance.RuntimeStatus.ToString(),
            instance.SerializedInput,
            instance.SerializedOutput,
            instance.SerializedCustomStatus,
        });
        return response;
    }
}
