using FsCheck;
using FsCheck.Fluent;
using Microsoft.DurableTask;

namespace Embedded.DurableTask.Tests.Engine;

/// <summary>A small random orchestrator: steps that all fold into one number.</summary>
internal sealed record RandomProgram(IReadOnlyList<RandomStep> Steps)
{
    public static Arbitrary<RandomProgram> Arbitrary(bool races) => Arb.From(
        Gen.ListOf(Step(races)).Select(static steps => new RandomProgram([.. steps.Take(8)])),
        static program => program.Steps.Select((_, i) => new RandomProgram([.. program.Steps.Take(i), .. program.Steps.Skip(i + 1)])));

    public static DelegateExecutor Executor(RandomProgram program)
    {
        var failures = new HashSet<int>();
        return new DelegateExecutor()
            .Activity<int, int>("Add", static n => n + 1)
            .Activity<int, int>("Shaky", n => failures.Add(n) ? throw new MyEx($"first {n}") : n)
            .Activity("Fails", static _ => throw new MyEx("always"))
            .Orchestrator("Child", static async context => 1 + await context.CallActivityAsync<int>("Add", context.GetInput<int>()))
            .Orchestrator("Main", program.RunAsync);
    }

    private static Gen<RandomStep> Step(bool races) =>
        from kind in Gen.Elements(Enum.GetValues<StepKind>().Where(kind => races || kind != StepKind.Race).ToArray())
        from size in Gen.Choose(1, 6)
        select new RandomStep(kind, size);

    private async Task<int> RunAsync(TaskOrchestrationContext context)
    {
        var sum = 0;
        for (var i = 0; i < Steps.Count; i++)
        {
            sum = unchecked((sum * 31) + await RunAsync(context, Steps[i], i));
        }

        return sum;
    }

    private static async Task<int> RunAsync(TaskOrchestrationContext context, RandomStep step, int position)
    {
        var n = (position * 100) + step.Size;
        var retry = TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromSeconds(step.Size), 2));
        switch (step.Kind)
        {
            case StepKind.Call:
                return await context.CallActivityAsync<int>("Add", n);
            case StepKind.FanOut:
                return (await Task.WhenAll(Enumerable.Range(0, step.Size).Select(i => context.CallActivityAsync<int>("Add", n + i)))).Sum();
            case StepKind.Retry:
                return await context.CallActivityAsync<int>("Shaky", n, retry);
            case StepKind.Children:
                return (await Task.WhenAll(Enumerable.Range(0, step.Size).Select(i => context.CallSubOrchestratorAsync<int>("Child", n + i)))).Sum();
            case StepKind.Timer:
                await context.CreateTimer(TimeSpan.FromDays(step.Size), CancellationToken.None);
                return step.Size;
            case StepKind.CancelledTimer:
                using (var source = new CancellationTokenSource())
                {
                    var timer = context.CreateTimer(TimeSpan.FromHours(1), source.Token);
                    source.Cancel();
                    return await Task.WhenAny(timer) == timer && timer.IsCanceled ? 1 : 0;
                }

            case StepKind.Events:
                for (var i = 0; i < step.Size; i++)
                {
                    context.SendEvent(context.InstanceId, $"self{position}", i);
                }

                return await context.WaitForExternalEvent<int>($"SELF{position}") + step.Size;
            case StepKind.Timeout:
                try
                {
                    return await context.WaitForExternalEvent<int>("never", TimeSpan.FromMinutes(step.Size));
                }
                catch (TaskCanceledException)
                {
                    return -step.Size;
                }

            case StepKind.Failure:
                try
                {
                    await context.CallActivityAsync("Fails");
                    return 0;
                }
                catch (TaskFailedException failed) when (failed.FailureDetails.IsCausedBy<MyEx>())
                {
                    return failed.FailureDetails.ErrorMessage.Length;
                }

            case StepKind.Race:
                var racers = Enumerable.Range(0, step.Size).Select(i => context.CallActivityAsync<int>("Add", n + i)).ToList();
                var first = await await Task.WhenAny(racers);
                await Task.WhenAll(racers);
                return first + context.NewGuid().GetHashCode();
            default:
                throw new InvalidOperationException($"{step.Kind} is unknown.");
        }
    }
}

internal sealed record RandomStep(StepKind Kind, int Size);

internal enum StepKind
{
    Call,
    FanOut,
    Retry,
    Children,
    Timer,
    CancelledTimer,
    Events,
    Timeout,
    Failure,
    Race,
}
