using System.Threading.Channels;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Reprocessing.LocalHost.Worker;

/// <summary>One life of the worker: the child process, its stream, and the invocations that it has in hand.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private readonly FunctionApp _app;
    private readonly WorkerLog _log;
    private readonly Channel<StreamingMessage> _outbound = Channel.CreateUnbounded<StreamingMessage>(new() { SingleReader = true });
    private readonly ConcurrentDictionary<string, Invocation> _inHand = new();
    private readonly Dictionary<string, FunctionDefinition> _loading;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<WorkerProcessExitException> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, StatusResult> _notLoaded = new();
    private readonly Process _process;

    private WorkerProcess(FunctionApp app, Uri server, WorkerLog log)
    {
        (_app, _log) = (app, log);
        _loading = app.Functions.ToDictionary(f => f.Id);
        _process = new Process { StartInfo = WorkerLaunch.Describe(app, server, Id), EnableRaisingEvents = true };
    }

    public string Id { get; } = Guid.NewGuid().ToString();

    /// <summary>Ends when all functions are loaded; fails when the worker cannot start.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Ends when the process has ended, with what its invocations fail with.</summary>
    public Task<WorkerProcessExitException> Exited => _exited.Task;

    public int InHand => _inHand.Count;

    /// <exception cref="StartException">There is no such program.</exception>
    public static WorkerProcess Start(FunctionApp app, WorkerServer server, WorkerLog log)
    {
        var worker = new WorkerProcess(app, server.Address, log);
        server.Expect(worker);
        worker._process.OutputDataReceived += (_, line) => log.Output(line.Data);
        worker._process.ErrorDataReceived += (_, line) => log.Error(line.Data);
        worker._process.Exited += async (_, _) => await worker.OnExitedAsync();
        try
        {
            worker._process.Start();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new StartException($"The worker cannot be started: {app.WorkerExecutable}: {e.Message}", e);
        }

        worker._process.BeginOutputReadLine();
        worker._process.BeginErrorReadLine();
        return worker;
    }

    public async Task<InvocationResponse> InvokeAsync(FunctionDefinition function, InvocationRequest request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (_notLoaded.TryGetValue(function.Id, out var failure))
        {
            throw new FunctionFailedException(failure);
        }

        request.InvocationId = Guid.NewGuid().ToString();
        request.FunctionId = function.Id;
        // Worker.Grpc 2.52.0 dereferences the context without a look whether it is there.
        request.TraceContext = new RpcTraceContext { TraceParent = Activity.Current?.Id ?? "", TraceState = Activity.Current?.TraceStateString ?? "" };
        var invocation = new Invocation(function);
        _inHand[request.InvocationId] = invocation;
        try
        {
            if (_exited.Task.IsCompleted)
            {
                throw _exited.Task.Result;
            }

            Send(new StreamingMessage { InvocationRequest = request });
            using var cancelled = cancellationToken.Register(() => Cancel(request.InvocationId));
            return await invocation.Response.Task.WaitAsync(timeout, CancellationToken.None);
        }
        finally
        {
            _inHand.TryRemove(request.InvocationId, out _);
        }
    }

    /// <summary>Asks every function in hand to end early.</summary>
    public void CancelAll()
    {
        foreach (var id in _inHand.Keys)
        {
            Cancel(id);
        }
    }

    /// <summary>Serves the stream until either side ends it.</summary>
    public async Task RunAsync(IAsyncStreamReader<StreamingMessage> requests, IServerStreamWriter<StreamingMessage> responses, CancellationToken cancellationToken)
    {
        var init = new WorkerInitRequest { HostVersion = HostVersion.Protocol, WorkerDirectory = _app.Folder, FunctionAppDirectory = _app.Folder };
        init.Capabilities.Add("MultiStream", "10");
        Send(new StreamingMessage { WorkerInitRequest = init });
        var writing = WriteAsync(responses, cancellationToken);
        try
        {
            await foreach (var message in requests.ReadAllAsync(cancellationToken))
            {
                Handle(message);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The worker has gone; its process tells the rest.
        }

        _outbound.Writer.TryComplete();
        await writing;
        // A worker does not come back to a stream that has ended: it is on its way out, or of no more use.
        await Task.WhenAny(Exited, Task.Delay(TimeSpan.FromSeconds(5), CancellationToken.None));
        Kill();
    }

    /// <summary>Asks the worker to end, and ends it when it does not within the grace period.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        Send(new StreamingMessage { WorkerTerminate = new WorkerTerminate { GracePeriod = Duration.FromTimeSpan(grace) } });
        await Task.WhenAny(Exited, Task.Delay(grace));
        Kill();
        await Exited;
    }

    public void Dispose() => _process.Dispose();

    public void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended already, or never begun.
        }
    }

    private async Task WriteAsync(IServerStreamWriter<StreamingMessage> responses, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var message in _outbound.Reader.ReadAllAsync(cancellationToken))
            {
                await responses.WriteAsync(message, cancellationToken);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            // As above.
        }
    }

    private void Handle(StreamingMessage message)
    {
        switch (message.ContentCase)
        {
            case StreamingMessage.ContentOneofCase.WorkerInitResponse:
                OnInit(message.WorkerInitResponse);
                break;
            case StreamingMessage.ContentOneofCase.FunctionLoadResponse:
                OnLoaded(message.FunctionLoadResponse);
                break;
            case StreamingMessage.ContentOneofCase.InvocationResponse:
                if (_inHand.TryGetValue(message.InvocationResponse.InvocationId, out var invocation))
                {
                    invocation.Response.TrySetResult(message.InvocationResponse);
                }

                break;
            case StreamingMessage.ContentOneofCase.RpcLog:
                _log.Write(message.RpcLog, _inHand.TryGetValue(message.RpcLog.InvocationId, out var logging) ? logging.Function : null);
                break;
            default:
                break;
        }
    }

    private void OnInit(WorkerInitResponse response)
    {
        if (response.Result.Status != StatusResult.Types.Status.Success)
        {
            Refuse($"The worker cannot start: {new FunctionFailedException(response.Result).Reason}");
            return;
        }

        if (response.Capabilities.ContainsKey("HttpUri"))
        {
            Refuse("The app uses the ASP.NET Core integration (ConfigureFunctionsWebApplication), which this host does not have: use ConfigureFunctionsWorkerDefaults.");
            return;
        }

        if (_loading.Count == 0)
        {
            _ready.TrySetResult();
        }

        foreach (var function in _app.Functions)
        {
            Send(new StreamingMessage { RequestId = Guid.NewGuid().ToString(), FunctionLoadRequest = new FunctionLoadRequest { FunctionId = function.Id, Metadata = Describe(function) } });
        }
    }

    private void OnLoaded(FunctionLoadResponse response)
    {
        if (!_loading.Remove(response.FunctionId, out var function))
        {
            return;
        }

        if (response.Result.Status != StatusResult.Types.Status.Success)
        {
            _notLoaded[function.Id] = response.Result;
            _log.NotLoaded(function.Name, new FunctionFailedException(response.Result).Reason);
        }

        if (_loading.Count == 0)
        {
            _ready.TrySetResult();
        }
    }

    /// <summary>No restart can help.</summary>
    private void Refuse(string reason)
    {
        _ready.TrySetException(new StartException(reason));
        Kill();
    }

    private RpcFunctionMetadata Describe(FunctionDefinition function)
    {
        var metadata = new RpcFunctionMetadata
        {
            Name = function.Name,
            FunctionId = function.Id,
            Directory = _app.Folder,
            ScriptFile = Path.Combine(_app.Folder, function.ScriptFile),
            EntryPoint = function.EntryPoint,
            Language = "dotnet-isolated",
        };
        foreach (var binding in function.Bindings)
        {
            var direction = binding.Direction.Equals("Out", StringComparison.OrdinalIgnoreCase) ? BindingInfo.Types.Direction.Out : BindingInfo.Types.Direction.In;
            metadata.Bindings[binding.Name] = new BindingInfo { Type = binding.Type, Direction = direction };
            metadata.RawBindings.Add(binding.Raw.ToJsonString());
        }

        return metadata;
    }

    private async Task OnExitedAsync()
    {
        // Its last words may be under way, and say why; who has inherited its output may keep that open.
        await Task.WhenAny(_process.WaitForExitAsync(), Task.Delay(TimeSpan.FromSeconds(1)));
        var exit = new WorkerProcessExitException($"The worker process ended with exit code {_process.ExitCode.ToString(CultureInfo.InvariantCulture)}.");
        _exited.TrySetResult(exit);
        _ready.TrySetException(exit);
        // Nobody may wait for it.
        _ = _ready.Task.Exception;
        _outbound.Writer.TryComplete();
        foreach (var invocation in _inHand.Values)
        {
            invocation.Response.TrySetException(exit);
        }
    }

    private void Cancel(string invocation) => Send(new StreamingMessage { InvocationCancel = new InvocationCancel { InvocationId = invocation } });

    private void Send(StreamingMessage message) => _outbound.Writer.TryWrite(message);

    private sealed record Invocation(FunctionDefinition Function)
    {
        public TaskCompletionSource<InvocationResponse> Response { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
