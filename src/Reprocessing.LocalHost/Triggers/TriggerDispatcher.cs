using Newtonsoft.Json.Linq;
using Newtonsoft.Json;

namespace Reprocessing.LocalHost.Triggers;

/// <summary>Turns what a listener of the SDK delivers into a call of the worker, and its answer into what the listener expects.</summary>
internal sealed class TriggerDispatcher(FunctionApp app, WorkerHost worker, DurableClients clients, ILoggerFactory loggers)
{
    private readonly ILogger _log = loggers.CreateLogger("Host.Functions");
    private readonly Dictionary<string, FunctionDefinition> _functions = app.Functions.ToDictionary(f => f.Name);

    public async Task<object?> CallDurableAsync(string name, string? input, string? instanceId, CancellationToken cancellationToken)
    {
        var function = _functions[name];
        var request = Request(function, input is null ? new TypedData() : new TypedData { String = input });
        if (instanceId is not null)
        {
            request.TriggerMetadata["instanceId"] = new TypedData { String = instanceId };
        }

        var response = await CallAsync(function, request, cancellationToken);
        var value = response.ReturnValue;
        // The arms must be objects: among strings and JSON tokens the compiler would make all of them tokens.
        return value?.DataCase switch
        {
            TypedData.DataOneofCase.String => (object)value.String,
            TypedData.DataOneofCase.Json => (object)JToken.Parse(value.Json),
            TypedData.DataOneofCase.Bytes => (object)value.Bytes.ToByteArray(),
            TypedData.DataOneofCase.Int => (object)value.Int,
            TypedData.DataOneofCase.Double => (object)value.Double,
            _ => null,
        };
    }

    public async Task CallTimerAsync(string name, TimerInfo timer, CancellationToken cancellationToken)
    {
        var function = _functions[name];
        await CallAsync(function, Request(function, new TypedData { Json = JsonConvert.SerializeObject(timer) }), cancellationToken);
    }

    private InvocationRequest Request(FunctionDefinition function, TypedData trigger)
    {
        var request = new InvocationRequest();
        request.InputData.Add(new ParameterBinding { Name = function.Trigger.Name, Data = trigger });
        clients.AddTo(request, function);
        return request;
    }

    private async Task<InvocationResponse> CallAsync(FunctionDefinition function, InvocationRequest request, CancellationToken cancellationToken)
    {
        try
        {
            // The SDK cancels all that runs as soon as the host is asked to stop; here it is finished first, and told when the host's patience ends.
            return await worker.InvokeAsync(function, request, CancellationToken.None, cancellationToken);
        }
        catch (Exception e) when (e is FunctionFailedException or WorkerProcessExitException)
        {
            Log.FunctionFailed(_log, function.Name, (e as FunctionFailedException)?.Reason ?? e.Message);
            throw;
        }
    }
}

/// <summary>
/// What a function gets for its durable client binding: the addresses of the extension's endpoints and the task hub. The extension computes it
/// when a function of the SDK is called that has such a parameter, so one is emitted, and called once, for each hub and connection that the app names.
/// </summary>
internal sealed class DurableClients
{
    private readonly ConcurrentDictionary<string, string> _data = new();

    /// <summary>Name of the emitted method.</summary>
    public static string Key(BindingDefinition binding) => $"DurableClient_{Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes($"{TaskHub(binding)}|{Connection(binding)}"))}";

    public static string? TaskHub(BindingDefinition binding) => binding.Text("taskHub");

    public static string? Connection(BindingDefinition binding) => binding.Text("connectionName");

    public void Keep(string key, string data) => _data[key] = data;

    public void AddTo(InvocationRequest request, FunctionDefinition function)
    {
        foreach (var binding in function.DurableClients)
        {
            request.InputData.Add(new ParameterBinding { Name = binding.Name, Data = new TypedData { String = _data[Key(binding)] } });
        }
    }
}
