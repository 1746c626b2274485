using System.Text.Json;
using Microsoft.DurableTask;

namespace Embedded.DurableTask.Tests.Engine;

/// <summary>The orchestrations that were run on the real platform to learn its answers.</summary>
internal static class ProbeOrchestrations
{
    internal sealed record Rec(string A, int? B, DateTime When, DayOfWeek Day, List<string>? Items, double D);

    public static DelegateExecutor Executor()
    {
        var counts = new Dictionary<string, int>();
        return Failing(Events(Calls(new DelegateExecutor())))
            .Activity<string, string>("Flaky", key =>
            {
                counts[key!] = counts.GetValueOrDefault(key!) + 1;
                return counts[key!] < 3 ? throw new MyEx($"flaky {counts[key!]}") : $"ok after {counts[key!]}";
            })
            .Activity("Always", static _ => throw new MyEx("always", new ArgumentException("inner arg", "pname")))
            .Activity("NoInput", static request => $"noinput:{request.Name}:has instanceId")
            .Activity<Rec, Rec?>("Echo", static rec => rec)
            .Activity("NullRet", static _ => null)
            .Activity<string, string>("InstId", static s => s + ":True");
    }

    private static DelegateExecutor Calls(DelegateExecutor executor) => executor
        .Orchestrator("RetryOk", async c =>
        {
            var t0 = c.CurrentUtcDateTime;
            var policy = TaskOptions.FromRetryPolicy(new RetryPolicy(5, TimeSpan.FromSeconds(1), 2));
            var r = await c.CallActivityAsync<string>("Flaky", c.InstanceId, policy);
            return r + " secs=" + Math.Round((c.CurrentUtcDateTime - t0).TotalSeconds);
        })
        .Orchestrator("Guids", static async c =>
        {
            var a = c.NewGuid();
            var t0 = c.CurrentUtcDateTime;
            await c.CallActivityAsync<string?>("NullRet", "x");
            var b = c.NewGuid();
            return new
            {
                a, b, version = a.ToString()[14], kind = t0.Kind.ToString(), replaying = c.IsReplaying, name = c.Name.Name,
                ver = c.Version, parent = c.Parent?.InstanceId,
            };
        })
        .Orchestrator("SubInfo", static c => Task.FromResult(new
        {
            c.InstanceId, name = c.Name.Name, parentName = c.Parent?.Name.Name, parentId = c.Parent?.InstanceId,
            input = c.GetInput<string>(),
        }))
        .Orchestrator("Subs", static async c => new
        {
            def = await c.CallSubOrchestratorAsync<JsonElement>("SubInfo", "in1"),
            named = await c.CallSubOrchestratorAsync<JsonElement>(
                "SubInfo", "in2", new SubOrchestrationOptions { InstanceId = c.InstanceId + "-x" }),
        })
        .Orchestrator("RoundTrip", static async c =>
        {
            var input = c.GetInput<Rec>();
            c.SetCustomStatus(new { step = 1, Name = "x" });
            var e = await c.CallActivityAsync<Rec>("Echo", input);
            var n = await c.CallActivityAsync<Rec?>("Echo", input: null);
            return new
            {
                e, isNull = n == null, noinput = await c.CallActivityAsync<string>("NoInput"),
                inst = await c.CallActivityAsync<string>("InstId", "s"), same = c.GetInput<Rec>() == input,
            };
        })
        .Orchestrator("NullOut", static c => c.CallActivityAsync<string?>("NullRet", "x"))
        .Orchestrator("VoidOut", static c => c.CreateTimer(TimeSpan.FromMilliseconds(10), default))
        .Orchestrator("CancelTimer", static async c =>
        {
            using var cts = new CancellationTokenSource();
            var t = c.CreateTimer(TimeSpan.FromHours(1), cts.Token);
            cts.Cancel();
            return await Caught(async () =>
            {
                await t;
                return "no";
            });
        });

    private static DelegateExecutor Events(DelegateExecutor executor) => executor
        .Orchestrator("Timeout", static c => Caught(
            async () => await c.WaitForExternalEvent<string>("nope", TimeSpan.FromSeconds(1)) ?? "null"))
        .Orchestrator("Events", static async c =>
        {
            var l = new List<string>();
            for (var i = 0; i < 3; i++)
            {
                l.Add(await c.WaitForExternalEvent<string>("EVT"));
            }

            return l;
        })
        .Orchestrator("TwoWaiters", static async c =>
        {
            var a = c.WaitForExternalEvent<string>("e");
            var b = c.WaitForExternalEvent<string>("e");
            var first = await Task.WhenAny(a, b);
            var which = first == a ? "a(first registered)" : "b(last registered)";
            await Task.WhenAll(a, b);
            return new { which, a = await a, b = await b };
        })
        .Orchestrator<object>("Can", static async c =>
        {
            var n = c.GetInput<int>();
            if (n == 0)
            {
                await c.WaitForExternalEvent<string>("go");
                c.ContinueAsNew(1);
                return "ignored";
            }

            var buf = await c.WaitForExternalEvent<string>("kept", TimeSpan.FromSeconds(5));
            return new { n, buf };
        });

    private static DelegateExecutor Failing(DelegateExecutor executor) => executor
        .Orchestrator("RetryFail", static c => Reported(
            () => c.CallActivityAsync("Always", "x", TaskOptions.FromRetryPolicy(new RetryPolicy(2, TimeSpan.FromSeconds(1))))))
        .Orchestrator<object>("RetryHandler", static async c =>
        {
            var log = new List<object>();
            var options = TaskOptions.FromRetryHandler(rc =>
            {
                log.Add(new { rc.LastAttemptNumber, fd = Details(rc.LastFailure), total = rc.TotalRetryTime >= TimeSpan.Zero });
                return rc.LastAttemptNumber < 3;
            });
            var f = await Reported(() => c.CallActivityAsync("Always", "x", options));
            return new { log, f };
        })
        .Orchestrator<string>("FailNow", static _ => throw new MyEx("orch fail", new InvalidOperationException("deep")))
        .Orchestrator("SubFail", static c => Reported(() => c.CallSubOrchestratorAsync<string>("FailNow")))
        .Orchestrator("UnhandledAct", static c => c.CallActivityAsync("Always", "x"))
        .Orchestrator("MissingAct", static c => Reported(() => c.CallActivityAsync("NoSuchActivity", "x")))
        .Orchestrator("MissingSub", static c => Reported(() => c.CallSubOrchestratorAsync("NoSuchOrch", "x")))
        .Orchestrator("BadCast", static c => Caught(async () => await c.CallActivityAsync<int>("InstId", "s")))
        .Orchestrator("Illegal", static async c =>
        {
            await Task.Delay(50);
            await c.CallActivityAsync<string?>("NullRet", "x");
            return "done";
        });

    private static async Task<object> Caught(Func<Task<object>> code)
    {
        try
        {
            return await code();
        }
        catch (Exception e)
        {
            return new { ex = e.GetType().FullName, e.Message };
        }
    }

    private static async Task<object> Reported(Func<Task> code)
    {
        try
        {
            await code();
            return "no";
        }
        catch (TaskFailedException e)
        {
            return new
            {
                ex = e.GetType().FullName, e.Message, e.TaskName, e.TaskId, inner = e.InnerException?.GetType().FullName,
                fd = Details(e.FailureDetails), toString = e.FailureDetails.ToString(),
                causedMy = e.FailureDetails.IsCausedBy<MyEx>(), causedEx = e.FailureDetails.IsCausedBy<Exception>(),
            };
        }
    }

    private static object? Details(TaskFailureDetails? d) => d == null ? null : new
    {
        d.ErrorType, d.ErrorMessage, hasStack = d.StackTrace != null, inner = Details(d.InnerFailure), props = d.Properties?.Count,
    };
}
