using Embedded.Functions.Durable;
using Embedded.Functions.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Embedded.Functions.Management;

/// <summary>One instance: its status, and what can be done to it.</summary>
internal sealed class InstanceRoutes(DurableRuntime durable, OrchestrationStarts starts)
{
    private const string StatusRetrySeconds = "5";

    public async Task StatusAsync(HttpContext http, string instanceId)
    {
        if (await durable.Client.GetInstanceAsync(instanceId, getInputsAndOutputs: true, http.RequestAborted) is not { } instance)
        {
            await Answer.EmptyAsync(http, StatusCodes.Status404NotFound);
            return;
        }

        var showInput = ManagementQuery.Flag(http.Request, "showInput", true);
        var body = StatusJson.Of(instance, showInput);
        if (ManagementQuery.Flag(http.Request, "showHistory", false))
        {
            var turns = await durable.Hub.ReadHistoryAsync(instanceId, http.RequestAborted) ?? [];
            body["historyEvents"] = new HistoryJson(showInput, ManagementQuery.Flag(http.Request, "showHistoryOutput", false)).Of(turns);
        }

        await Answer.JsonAsync(http, body, StatusCode(http, instance.RuntimeStatus));
    }

    public async Task PurgeAsync(HttpContext http, string instanceId)
    {
        if (await durable.Hub.PurgeAsync(instanceId, http.RequestAborted))
        {
            await Answer.JsonAsync(http, new JObject { ["instancesDeleted"] = 1 });
        }
        else
        {
            await Answer.EmptyAsync(http, StatusCodes.Status404NotFound);
        }
    }

    public Task TerminateAsync(HttpContext http, string instanceId) =>
        TellAsync(http, instanceId, reason => durable.Client.TerminateInstanceAsync(instanceId, (object?)reason, http.RequestAborted));

    public Task SuspendAsync(HttpContext http, string instanceId) =>
        TellAsync(http, instanceId, reason => durable.Client.SuspendInstanceAsync(instanceId, reason, http.RequestAborted));

    public Task ResumeAsync(HttpContext http, string instanceId) =>
        TellAsync(http, instanceId, reason => durable.Client.ResumeInstanceAsync(instanceId, reason, http.RequestAborted));

    public async Task RaiseEventAsync(HttpContext http, string instanceId, string eventName)
    {
        if (await RefusedAsync(http, instanceId))
        {
            return;
        }

        if (!IsJson(http.Request))
        {
            await Answer.ErrorAsync(http, StatusCodes.Status400BadRequest, "Only application/json request content is supported");
            return;
        }

        JToken payload;
        try
        {
            payload = PayloadJson.Parse(await BodyText.ReadAsync(http));
        }
        catch (JsonReaderException exception)
        {
            await Answer.ErrorAsync(http, StatusCodes.Status400BadRequest, "Invalid JSON content", exception);
            return;
        }

        await durable.Client.RaiseEventAsync(instanceId, eventName, new RawJson(payload.ToString(Formatting.None)), http.RequestAborted);
        await Answer.EmptyAsync(http, StatusCodes.Status202Accepted);
    }

    /// <summary>Only a failed instance could be rewound, and this engine keeps no way back.</summary>
    public async Task RewindAsync(HttpContext http, string instanceId)
    {
        var instance = await durable.Client.GetInstanceAsync(instanceId, cancellation: http.RequestAborted);
        if (instance is null)
        {
            await Answer.EmptyAsync(http, StatusCodes.Status404NotFound);
        }
        else if (instance.RuntimeStatus != OrchestrationRuntimeStatus.Failed)
        {
            JToken refusal = $"This orchestration has status {instance.RuntimeStatus}, but only orchestrations in the \"Failed\" state can be rewound.";
            await Answer.JsonAsync(http, refusal, StatusCodes.Status412PreconditionFailed);
        }
        else
        {
            JToken refusal = "The embedded task hub cannot rewind an orchestration. Restart it, or run the app on a backend that can rewind.";
            await Answer.JsonAsync(http, refusal, StatusCodes.Status501NotImplemented);
        }
    }

    public async Task RestartAsync(HttpContext http, string instanceId)
    {
        if (await durable.Client.GetInstanceAsync(instanceId, cancellation: http.RequestAborted) is null)
        {
            var missing = new ArgumentException($"No instance with ID '{instanceId}' was found.", nameof(instanceId));
            await Answer.ErrorAsync(http, StatusCodes.Status400BadRequest, "InstanceId does not match a valid orchestration instance.", missing);
            return;
        }

        var asNew = ManagementQuery.Flag(http.Request, "restartWithNewInstanceId", true);
        var restarted = await durable.Client.RestartAsync(instanceId, asNew, http.RequestAborted);
        await starts.AnswerAsync(http, restarted);
    }

    private async Task TellAsync(HttpContext http, string instanceId, Func<string?, Task> tell)
    {
        if (!await RefusedAsync(http, instanceId))
        {
            await tell(http.Request.Query["reason"].FirstOrDefault());
            await Answer.EmptyAsync(http, StatusCodes.Status202Accepted);
        }
    }

    /// <summary>Answers for an instance that is not there or has ended.</summary>
    private async Task<bool> RefusedAsync(HttpContext http, string instanceId)
    {
        var instance = await durable.Client.GetInstanceAsync(instanceId, cancellation: http.RequestAborted);
        if (instance is { IsCompleted: false })
        {
            return false;
        }

        await Answer.EmptyAsync(http, instance is null ? StatusCodes.Status404NotFound : StatusCodes.Status410Gone);
        return true;
    }

    private static int StatusCode(HttpContext http, OrchestrationRuntimeStatus status)
    {
        switch (status)
        {
            case OrchestrationRuntimeStatus.Failed when ManagementQuery.Flag(http.Request, "returnInternalServerErrorOnFailure", false):
                return StatusCodes.Status500InternalServerError;
            case OrchestrationRuntimeStatus.Completed or OrchestrationRuntimeStatus.Failed
                or OrchestrationRuntimeStatus.Terminated or OrchestrationRuntimeStatus.Canceled:
                return StatusCodes.Status200OK;
            default:
                http.Response.Headers.Location = RequestUrl.Of(http.Request).AbsoluteUri;
                http.Response.Headers.RetryAfter = StatusRetrySeconds;
                return StatusCodes.Status202Accepted;
        }
    }

    private static bool IsJson(HttpRequest request) =>
        string.Equals(request.ContentType?.Split(';')[0].Trim(), "application/json", StringComparison.OrdinalIgnoreCase);
}
