using System.Diagnostics;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace EndToEnd.Tests.Hosts;

/// <summary>
/// Sees every storage request of an app in the test process, before the client's own retries: a test can hold one until it
/// says go on, or let one fail as it does when the retries are used up.
/// </summary>
internal sealed class StorageTap : HttpPipelinePolicy
{
    private readonly Lock _lock = new();
    private readonly List<Rule> _rules = [];
    private NthRequest? _nth;
    private int _underWay;
    private long _busySince;
    private TimeSpan _busy;

    /// <summary>How long at least one request was under way: what the app waits for storage at most.</summary>
    public TimeSpan Busy
    {
        get
        {
            lock (_lock)
            {
                return _busy;
            }
        }
    }

    /// <summary>Fails the requests that match, from now on or so many times.</summary>
    public void Fail(Func<Request, bool> when, int status = 503, int times = int.MaxValue)
    {
        var left = times;
        Add(request => when(request) && Interlocked.Decrement(ref left) >= 0
            ? throw Fault(status)
            : ValueTask.CompletedTask);
    }

    /// <summary>Stops the requests that match until the hold is released or disposed.</summary>
    public Hold HoldBack(Func<Request, bool> when)
    {
        var hold = new Hold();
        Add(async request =>
        {
            if (when(request))
            {
                await hold.EnterAsync();
            }
        });
        return hold;
    }

    /// <summary>Calls the test whenever a request matches, before it is sent.</summary>
    public void Before(Func<Request, bool> when, Action action) => Add(request =>
    {
        if (when(request))
        {
            action();
        }

        return ValueTask.CompletedTask;
    });

    /// <summary>Fails one request, the n-th from now on: before it is sent, or when it is carried out and only its answer is lost.</summary>
    public NthRequest FailNth(int number, bool isCarriedOut) => _nth = new NthRequest(number, isCarriedOut);

    public void Clear()
    {
        _nth = null;
        lock (_lock)
        {
            _rules.Clear();
        }
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new NotSupportedException("The app talks to storage asynchronously.");

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        Rule[] rules;
        lock (_lock)
        {
            rules = [.. _rules];
        }

        foreach (var rule in rules)
        {
            await rule(message.Request);
        }

        var fails = _nth?.IsIt() == true ? _nth : null;
        if (fails is { IsCarriedOut: false })
        {
            throw Fault(503);
        }

        Begin();
        try
        {
            await ProcessNextAsync(message, pipeline);
        }
        finally
        {
            End();
        }

        if (fails is not null)
        {
            throw Fault(503);
        }
    }

    private void Begin()
    {
        lock (_lock)
        {
            if (_underWay++ == 0)
            {
                _busySince = Stopwatch.GetTimestamp();
            }
        }
    }

    private void End()
    {
        lock (_lock)
        {
            if (--_underWay == 0)
            {
                _busy += Stopwatch.GetElapsedTime(_busySince);
            }
        }
    }

    private static RequestFailedException Fault(int status) => new(status, "The storage fails because the test wants it.", "TestFault", null);

    private void Add(Rule rule)
    {
        lock (_lock)
        {
            _rules.Add(rule);
        }
    }

    private delegate ValueTask Rule(Request request);

    internal sealed class NthRequest(int number, bool isCarriedOut)
    {
        private int _left = number;

        public bool IsCarriedOut => isCarriedOut;

        public bool HasFailed => Volatile.Read(ref _left) <= 0;

        public bool IsIt() => Interlocked.Decrement(ref _left) == 0;
    }

    /// <summary>A stopped request, or more.</summary>
    internal sealed class Hold : IDisposable
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Completes when the first request is being held.</summary>
        public Task Reached => _reached.Task.WaitAsync(TimeSpan.FromMinutes(5));

        public void Release() => _released.TrySetResult();

        public void Dispose() => Release();

        internal Task EnterAsync()
        {
            _reached.TrySetResult();
            return _released.Task;
        }
    }
}
