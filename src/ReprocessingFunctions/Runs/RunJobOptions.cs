using Reprocessing.Domain.Decisions;

namespace ReprocessingFunctions.Runs;

/// <summary>What a run goes by, as the options of its job.</summary>
internal sealed record RunJobOptions(int MaxRetries, IReadOnlyList<string> FailureStatuses)
{
    public static string Write(RunJobOptions options) => JsonSerializer.Serialize(options, AppJson.Worker);

    public static ReprocessingRule Rule(string runId, string? options)
    {
        var read = JsonSerializer.Deserialize<RunJobOptions>(options ?? "{}", AppJson.Worker)
            ?? throw new ArgumentException($"Run {runId} has no options.", nameof(options));
        return new(runId, read.MaxRetries, read.FailureStatuses);
    }
}
