using System.Collections.Concurrent;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace EngineContracts.App;

internal sealed record Meeting(string Name, int Size);

internal static class Activities
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly ConcurrentDictionary<string, CountdownEvent> Meetings = new();

    /// <summary>Comes back when all of the meeting are there.</summary>
    [Function(nameof(Meet))]
    public static async Task<int> Meet([ActivityTrigger] Meeting meeting, CancellationToken cancellationToken)
    {
        var all = Meetings.GetOrAdd(meeting.Name, _ => new CountdownEvent(meeting.Size));
        all.Signal();
        for (var waited = TimeSpan.Zero; !all.IsSet && waited < Patience; waited += TimeSpan.FromMilliseconds(20))
        {
            await Task.Delay(20, cancellationToken);
        }

        return all.IsSet ? meeting.Size : throw new TimeoutException($"{all.CurrentCount} of {meeting.Size} did not come.");
    }

    [Function(nameof(Improve))]
    public static Report Improve([ActivityTrigger] Report report) => report with { Mood = Mood.GoodEnough };

    [Function(nameof(Break))]
    public static void Break([ActivityTrigger] string? nothing) =>
        throw new InvalidOperationException("The machine is broken.", new ArgumentException("It was hit too hard."));

    [Function(nameof(TellBindings))]
    public static async Task<IReadOnlyList<string>> TellBindings(
        [ActivityTrigger] string callerId, FunctionContext context, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var caller = await client.GetInstanceAsync(callerId, cancellationToken);
        return [context.FunctionDefinition.Name, caller!.Name, $"{cancellationToken.CanBeCanceled}"];
    }

    /// <summary>Does not come back until its mark is there, which it leaves itself.</summary>
    /// <param name="mark">The path of a file.</param>
    [Function(nameof(Hang))]
    public static async Task<string> Hang([ActivityTrigger] string mark)
    {
        if (!File.Exists(mark))
        {
            await File.WriteAllTextAsync(mark, "was here");
            await Task.Delay(Timeout.Infinite);
        }

        return "came back";
    }

    [Function(nameof(Write))]
    public static string Write([ActivityTrigger] int length) => new('x', length);
}
