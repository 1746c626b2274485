using System.Text.Json;

namespace Reprocessing.LocalHost.Worker;

/// <summary>Keeps one worker running: starts it again when it dies, and has invocations wait meanwhile.</summary>
internal sealed class WorkerHost(FunctionApp app, WorkerServer server, WorkerLog log, TimeSpan functionTimeout) : IAsyncDisposable
{
    private const int StartsInVain = 3;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(8);

    /// <summary>A worker that has served this long is no part of a series of deaths.</summary>
    private static readonly TimeSpan Sound = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<string> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<WorkerProcess> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile WorkerProcess? _process;
    private Task _keeping = Task.CompletedTask;

    /// <summary>Ends, with the reason, when there is no use in starting the worker once more.</summary>
    public Task<string> Failed => _failed.Task;

    /// <summary>Ends when the worker serves for the first time.</summary>
    public Task Ready => _ready.Task;

    public int InHand => _process?.InHand ?? 0;

    public void Start() => _keeping = Task.Run(KeepAsync);

    /// <summary>Calls a function once a worker serves, and throws what the Durable extension takes apart when it failed.</summary>
    /// <param name="noLongerWanted">Tells the function, once it runs, that nobody waits for it.</param>
    /// <param name="stopping">Ends the waiting for a worker.</param>
    public async Task<InvocationResponse> InvokeAsync(FunctionDefinition function, InvocationRequest request, CancellationToken noLongerWanted, CancellationToken stopping)
    {
        var process = await ServingAsync(stopping);
        try
        {
            var response = await process.InvokeAsync(function, request, functionTimeout, noLongerWanted);
            return response.Result.Status switch
            {
                StatusResult.Types.Status.Success => response,
                StatusResult.Types.Status.Cancelled => throw new OperationCanceledException(),
                _ => throw new FunctionFailedException(response.Result),
            };
        }
        catch (TimeoutException)
        {
            // A function cannot be ended from outside, so its worker is, as the real host does.
            log.TimedOut(function.Name, functionTimeout);
            process.Kill();
            throw new WorkerProcessExitException($"The timeout of {functionTimeout} was exceeded by function {function.Name}. {(await process.Exited).Message}");
        }
    }

    /// <summary>Asks every function in hand to end early.</summary>
    public void CancelAll() => _process?.CancelAll();

    public void Kill()
    {
        _stop.Cancel();
        _process?.Kill();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_process is { } process)
        {
            await process.StopAsync(TimeSpan.FromSeconds(3));
        }

        await _keeping;
        _stop.Dispose();
    }

    private async Task<WorkerProcess> ServingAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var process = await Volatile.Read(ref _ready).Task.WaitAsync(cancellationToken);
            if (!process.Exited.IsCompleted)
            {
                return process;
            }

            // It has died just now: the next one is about to be waited for.
            await Task.Delay(10, cancellationToken);
        }
    }

    private async Task KeepAsync()
    {
        var pause = TimeSpan.Zero;
        for (var failures = 0; !_stop.IsCancellationRequested;)
        {
            WorkerProcess process;
            try
            {
                process = _process = WorkerProcess.Start(app, server, log);
            }
            catch (StartException e)
            {
                Fail(e.Message);
                return;
            }

            if (_stop.IsCancellationRequested)
            {
                process.Kill();
                return;
            }

            var served = false;
            var since = Stopwatch.GetTimestamp();
            try
            {
                await process.Ready;
                (served, failures) = (true, 0);
                _ready.TrySetResult(process);
                since = Stopwatch.GetTimestamp();
            }
            catch (StartException e)
            {
                Fail(e.Message);
                return;
            }
            catch (WorkerProcessExitException)
            {
                failures++;
            }

            var exit = await process.Exited;
            process.Dispose();
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            if (served)
            {
                Volatile.Write(ref _ready, new(TaskCreationOptions.RunContinuationsAsynchronously));
            }

            if (failures == StartsInVain)
            {
                Fail($"The worker died {StartsInVain} times in a row while it started. {exit.Message}{log.LastError}");
                return;
            }

            var sound = served && Stopwatch.GetElapsedTime(since) >= Sound;
            pause = sound || pause == TimeSpan.Zero ? FirstPause : pause * 2 < LongestPause ? pause * 2 : LongestPause;
            log.Died(exit.Message, pause);
            try
            {
                await Task.Delay(pause, _stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private void Fail(string reason)
    {
        _failed.TrySetResult(reason);
        Volatile.Read(ref _ready).TrySetException(new WorkerProcessExitException(reason));
    }
}

/// <summary>
/// The worker died with the invocation in hand. The Durable extension (3.18.0) looks for this type's name: it abandons the message of an
/// orchestrator, which is delivered again. An activity or an entity's operation it fails, here as on the real host, and retry policies are for that.
/// </summary>
internal sealed class WorkerProcessExitException(string message) : Exception(message);

/// <summary>The function failed. The Durable extension (3.18.0) takes type, message and stack from this layout.</summary>
internal sealed class FunctionFailedException(StatusResult result)
    : Exception($"Result: {result.Status}\nException: {result.Exception?.Message}\nStack: {result.Exception?.StackTrace}")
{
    /// <summary>One line for people.</summary>
    public string Reason { get; } = ReasonOf(result.Exception?.Message ?? "it did not say why");

    private static string ReasonOf(string message)
    {
        try
        {
            // The worker's Durable extension (1.21.1) puts an activity's exception into its message as JSON.
            if (message.StartsWith('{') && JsonNode.Parse(message) is JsonObject json && json["errorMessage"] is { } text)
            {
                message = text.ToString();
            }
        }
        catch (JsonException)
        {
            // A message of the app's own that looks like it.
        }

        // Workers put the stack into the message as well.
        return message.Split('\n')[0].Trim();
    }
}
