using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace EngineContracts.App;

internal enum Mood
{
    GoodEnough,
    VeryBad,
}

internal sealed record Collected(int Wanted, IReadOnlyList<int> Numbers);

internal sealed record Report(Mood Mood, string Text);

/// <summary>What an orchestrator sees of the failure of what it has called.</summary>
internal sealed record SeenFailure(string Message, string ErrorType, string ErrorMessage, string? InnerType, string? InnerMessage)
{
    public static SeenFailure Of(TaskFailedException e) => new(
        e.Message, e.FailureDetails.ErrorType, e.FailureDetails.ErrorMessage, e.FailureDetails.InnerFailure?.ErrorType, e.FailureDetails.InnerFailure?.ErrorMessage);
}

internal static class Orchestrators
{
    /// <summary>Hears one event a generation.</summary>
    [Function(nameof(Collect))]
    public static async Task<IReadOnlyList<int>> Collect([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var collected = context.GetInput<Collected>()!;
        int[] numbers = [.. collected.Numbers, await context.WaitForExternalEvent<int>("Number")];
        context.SetCustomStatus(new { heard = numbers.Length });
        if (numbers.Length < collected.Wanted)
        {
            context.ContinueAsNew(collected with { Numbers = numbers });
        }

        return numbers;
    }

    [Function(nameof(WaitForEver))]
    public static Task<int> WaitForEver([OrchestrationTrigger] TaskOrchestrationContext context) => context.WaitForExternalEvent<int>("Never");

    [Function(nameof(TellNobody))]
    public static Task<string> TellNobody([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        context.SendEvent(context.GetInput<string>()!, "Number", 1);
        return Task.FromResult("told");
    }

    /// <summary>As many at once as the input says, or none comes back.</summary>
    [Function(nameof(MeetAll))]
    public static async Task<int> MeetAll([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var meeting = new Meeting(context.InstanceId, context.GetInput<int>());
        var met = await Task.WhenAll(Enumerable.Range(0, meeting.Size).Select(_ => context.CallActivityAsync<int>(nameof(Activities.Meet), meeting)));
        return met.Max();
    }

    [Function(nameof(Parent))]
    public static Task<int> Parent([OrchestrationTrigger] TaskOrchestrationContext context) => context.CallSubOrchestratorAsync<int>(
        nameof(WaitForEver), null, new SubOrchestrationOptions { InstanceId = $"{context.InstanceId}-child" });

    /// <returns>How long it was by the context's own clock.</returns>
    [Function(nameof(Sleep))]
    public static async Task<double> Sleep([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var began = context.CurrentUtcDateTime;
        await context.CreateTimer(began + TimeSpan.FromSeconds(context.GetInput<int>()), CancellationToken.None);
        return (context.CurrentUtcDateTime - began).TotalSeconds;
    }

    [Function(nameof(Read))]
    public static Task<Report> Read([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallActivityAsync<Report>(nameof(Activities.Improve), context.GetInput<Report>());

    [Function(nameof(SeeFailures))]
    public static async Task<IReadOnlyList<SeenFailure>> SeeFailures([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        List<SeenFailure> seen = [];
        foreach (var call in (Func<Task>[])[() => context.CallActivityAsync(nameof(Activities.Break)), () => context.CallSubOrchestratorAsync(nameof(Fail))])
        {
            try
            {
                await call();
            }
            catch (TaskFailedException e)
            {
                seen.Add(SeenFailure.Of(e));
            }
        }

        return seen;
    }

    [Function(nameof(Fail))]
    public static Task Fail([OrchestrationTrigger] TaskOrchestrationContext context) => throw new NotSupportedException($"{context.Name} cannot do it.");

    [Function(nameof(ShowBindings))]
    public static Task<IReadOnlyList<string>> ShowBindings([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallActivityAsync<IReadOnlyList<string>>(nameof(Activities.TellBindings), context.InstanceId);

    [Function(nameof(ShowVersions))]
    public static async Task<IReadOnlyList<string>> ShowVersions([OrchestrationTrigger] TaskOrchestrationContext context) =>
        [context.Version, await context.CallSubOrchestratorAsync<string>(nameof(ShowVersion))];

    [Function(nameof(ShowVersion))]
    public static Task<string> ShowVersion([OrchestrationTrigger] TaskOrchestrationContext context) => Task.FromResult(context.Version);

    [Function(nameof(HangOnce))]
    public static Task<string> HangOnce([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallActivityAsync<string>(nameof(Activities.Hang), context.GetInput<string>());

    /// <returns>The length of a text that is longer than a message may be by default.</returns>
    [Function(nameof(Measure))]
    public static async Task<int> Measure([OrchestrationTrigger] TaskOrchestrationContext context) =>
        (await context.CallActivityAsync<string>(nameof(Activities.Write), context.GetInput<int>())).Length;
}
