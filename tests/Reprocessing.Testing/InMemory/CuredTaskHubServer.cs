using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.DurableTask.Testing.Sidecar.Grpc;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Protocol = Microsoft.DurableTask.Protobuf;

namespace Reprocessing.Testing.InMemory;

/// <summary>The package's gRPC server with what it lacks (Microsoft.DurableTask.InProcessTestHost 0.2.3-preview.1).</summary>
internal sealed class CuredTaskHubServer(
    IHostApplicationLifetime lifetime, ILoggerFactory logs, CuredOrchestrationService engine, IOptions<TaskHubGrpcServerOptions> options)
    : TaskHubGrpcServer(lifetime, logs, engine, engine, options)
{
    private readonly Deliveries _deliveries = new(engine);

    public override async Task GetWorkItems(
        Protocol.GetWorkItemsRequest request, IServerStreamWriter<Protocol.WorkItem> responseStream, ServerCallContext context) =>
        await base.GetWorkItems(request, await _deliveries.ConnectAsync(responseStream), context);

    /// <remarks>
    /// As published the events that a run has not heard are lost when it continues as new: the worker sends them to its own instance, and the
    /// dispatcher drops what is sent in that turn.
    /// </remarks>
    public override Task<Protocol.CompleteTaskResponse> CompleteOrchestratorTask(Protocol.OrchestratorResponse request, ServerCallContext context)
    {
        var continuation = request.Actions.Select(action => action.CompleteOrchestration)
            .FirstOrDefault(end => end?.OrchestrationStatus == Protocol.OrchestrationStatus.ContinuedAsNew);
        if (continuation is not null)
        {
            foreach (var unheard in request.Actions.Where(action => action.SendEvent?.Instance.InstanceId == request.InstanceId).ToList())
            {
                request.Actions.Remove(unheard);
                continuation.CarryoverEvents.Add(new Protocol.HistoryEvent
                {
                    EventId = -1,
                    Timestamp = Timestamp.FromDateTime(DateTime.UtcNow),
                    EventRaised = new() { Name = unheard.SendEvent.Name, Input = unheard.SendEvent.Data },
                });
            }
        }

        _deliveries.CloseOrchestration(request.InstanceId);
        return base.CompleteOrchestratorTask(request, context);
    }

    public override Task<Protocol.CompleteTaskResponse> CompleteActivityTask(Protocol.ActivityResponse request, ServerCallContext context)
    {
        _deliveries.CloseActivity(request.InstanceId, request.TaskId);
        return base.CompleteActivityTask(request, context);
    }

    // As published all four say yes to an instance that is not there.
    public override async Task<Protocol.RaiseEventResponse> RaiseEvent(Protocol.RaiseEventRequest request, ServerCallContext context)
    {
        await MustExistAsync(request.InstanceId);
        return await base.RaiseEvent(request, context);
    }

    public override async Task<Protocol.TerminateResponse> TerminateInstance(Protocol.TerminateRequest request, ServerCallContext context)
    {
        await MustExistAsync(request.InstanceId);
        return await base.TerminateInstance(request, context);
    }

    public override async Task<Protocol.SuspendResponse> SuspendInstance(Protocol.SuspendRequest request, ServerCallContext context)
    {
        await MustExistAsync(request.InstanceId);
        return await base.SuspendInstance(request, context);
    }

    public override async Task<Protocol.ResumeResponse> ResumeInstance(Protocol.ResumeRequest request, ServerCallContext context)
    {
        await MustExistAsync(request.InstanceId);
        return await base.ResumeInstance(request, context);
    }

    public override async Task<Protocol.GetInstanceResponse> GetInstance(Protocol.GetInstanceRequest request, ServerCallContext context) =>
        AsFromHost(await base.GetInstance(request, context));

    public override async Task<Protocol.GetInstanceResponse> WaitForInstanceCompletion(Protocol.GetInstanceRequest request, ServerCallContext context) =>
        AsFromHost(await base.WaitForInstanceCompletion(request, context));

    public override async Task<Protocol.QueryInstancesResponse> QueryInstances(Protocol.QueryInstancesRequest request, ServerCallContext context)
    {
        var found = await base.QueryInstances(request, context);
        foreach (var state in found.OrchestrationState)
        {
            ShowFailureAsText(state);
        }

        return found;
    }

    /// <remarks>As published a client's question for a history is answered with nothing.</remarks>
    public override async Task StreamInstanceHistory(
        Protocol.StreamInstanceHistoryRequest request, IServerStreamWriter<Protocol.HistoryChunk> responseStream, ServerCallContext context)
    {
        if (request.ForWorkItemProcessing)
        {
            await base.StreamInstanceHistory(request, responseStream, context);
            return;
        }

        await MustExistAsync(request.InstanceId);
        foreach (var told in engine.FindHistory(request.InstanceId) ?? [])
        {
            await responseStream.WriteAsync(new Protocol.HistoryChunk { Events = { told.ToProtocol() } });
        }
    }

    private static Protocol.GetInstanceResponse AsFromHost(Protocol.GetInstanceResponse found)
    {
        if (found.OrchestrationState is { } state)
        {
            ShowFailureAsText(state);
        }

        return found;
    }

    // As published a client is told why an instance has failed; the host's engine keeps that as its output (Microsoft.Azure.DurableTask.AzureStorage 2.11.2).
    private static void ShowFailureAsText(Protocol.OrchestrationState state)
    {
        if (state.FailureDetails is { } failure)
        {
            state.Output = $"{failure.ErrorType}: {failure.ErrorMessage}";
            state.FailureDetails = null;
        }
    }

    private async Task MustExistAsync(string instanceId)
    {
        if (await engine.GetOrchestrationStateAsync(instanceId, executionId: null) is null)
        {
            throw new RpcException(new Status(StatusCode.NotFound, $"There is no instance {instanceId}."));
        }
    }
}
