using EndToEnd.Tests.Hosts;
using Reprocessing.Testing.Replay;

namespace EndToEnd.Tests.Golden;

/// <summary>Keeps of each orchestrator the instance that has done the most different things, when the environment asks for it.</summary>
internal static class GoldenRecorder
{
    /// <summary>A file that nobody can read tells nobody what has changed.</summary>
    private const int MostEvents = 120;

    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, int> Best = [];
    private static readonly string? Folder = Environment.GetEnvironmentVariable("RECORD_GOLDEN") == "1" ? Find() : null;

    public static void Offer(RecordedInstance instance)
    {
        if (Folder is null || instance.History.Count > MostEvents)
        {
            return;
        }

        var kinds = instance.History.Select(told => (told.EventType, (told as DurableTask.Core.History.TaskScheduledEvent)?.Name)).Distinct().Count();
        lock (Gate)
        {
            if (kinds > Best.GetValueOrDefault(instance.Orchestrator))
            {
                Best[instance.Orchestrator] = kinds;
                new GoldenHistory(instance.Orchestrator, Turn.LastOf(instance)).Write(Folder);
            }
        }
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ReprocessingFunctions.sln")))
            {
                return Directory.CreateDirectory(
                    Path.Combine(folder.FullName, "tests", "EndToEnd.Tests", "Golden", "Requests", AppFiles.DefaultVersion)).FullName;
            }
        }

        throw new DirectoryNotFoundException("The sources are not above the tests: there is nowhere to record to.");
    }
}
