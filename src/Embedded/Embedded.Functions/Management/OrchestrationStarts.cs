using Embedded.Functions.Durable;
using Embedded.Functions.Keys;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Newtonsoft.Json;

namespace Embedded.Functions.Management;

/// <summary>Starts an orchestration and answers with its links or, if asked to wait, with its output.</summary>
internal sealed class OrchestrationStarts(DurableRuntime durable, KeyGuard keys, TimeProvider time)
{
    public async Task StartAsync(HttpContext http, string functionName, string? instanceId)
    {
        if (instanceId?.Contains("%2F", StringComparison.OrdinalIgnoreCase) == true)
        {
            // No id has a slash, so that this is another route.
            await Answer.EmptyAsync(http, StatusCodes.Status404NotFound);
            return;
        }

        RawJson? input;
        try
        {
            var body = await BodyText.ReadAsync(http);
            input = body.Length == 0 ? null : new RawJson(PayloadJson.Parse(body).ToString(Formatting.None));
        }
        catch (JsonReaderException exception)
        {
            await Answer.ErrorAsync(http, StatusCodes.Status400BadRequest, "Invalid JSON content", exception);
            return;
        }

        var options = instanceId is null ? null : new StartOrchestrationOptions(instanceId);
        var started = await durable.Client.ScheduleNewOrchestrationInstanceAsync(functionName, input, options, http.RequestAborted);
        await AnswerAsync(http, started);
    }

    public async Task AnswerAsync(HttpContext http, string instanceId)
    {
        var timeout = ManagementQuery.Seconds(http.Request, "timeout");
        var interval = ManagementQuery.Seconds(http.Request, "pollingInterval");
        if (timeout is { } longest && interval is { } pause)
        {
            if (pause > longest)
            {
                var wrong = new ArgumentException($"Total timeout {longest.TotalSeconds} should be bigger than retry timeout {pause.TotalSeconds}");
                await Answer.ErrorAsync(http, StatusCodes.Status400BadRequest, "One or more of the arguments submitted is incorrect", wrong);
                return;
            }

            if (await EndedWithinAsync(http, instanceId, longest, pause) is { } ended)
            {
                await AnswerEndedAsync(http, ended);
                return;
            }
        }

        var payload = HostPayload.Of(http.Request, instanceId, durable.HubName, keys.DurableQuery);
        await HostPayload.AnswerAsync(http, payload);
    }

    private async Task<OrchestrationMetadata?> EndedWithinAsync(HttpContext http, string instanceId, TimeSpan timeout, TimeSpan interval)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            var instance = await durable.Client.GetInstanceAsync(instanceId, getInputsAndOutputs: true, http.RequestAborted);
            if (instance is { IsCompleted: true })
            {
                return instance;
            }

            var left = timeout - time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
            {
                return null;
            }

            await Task.Delay(left < interval ? left : interval, time, http.RequestAborted);
        }
    }

    private static Task AnswerEndedAsync(HttpContext http, OrchestrationMetadata instance)
    {
        if (instance.RuntimeStatus == OrchestrationRuntimeStatus.Completed)
        {
            return Answer.JsonAsync(http, PayloadJson.Read(instance.SerializedOutput));
        }

        var failed = instance.RuntimeStatus == OrchestrationRuntimeStatus.Failed
            && ManagementQuery.Flag(http.Request, "returnInternalServerErrorOnFailure", false);
        return Answer.JsonAsync(
            http, StatusJson.Of(instance, showInput: true), failed ? StatusCodes.Status500InternalServerError : StatusCodes.Status200OK);
    }
}
