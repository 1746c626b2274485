namespace Reprocessing.Functions.Jobs;

internal sealed class JobResult(JobRecord job, bool isWhole)
{
    public int TotalItems => job.TotalItems ?? job.Tally.Found;
    public int Successful => job.Tally.Succeeded;
    public int Started => job.Tally.Started;
    public int Failed => job.Tally.Failed;
    public int Skipped => job.Tally.Skipped;
    public double DurationSeconds => Math.Round(((job.EndedAt ?? job.CreatedAt) - (job.StartedAt ?? job.CreatedAt)).TotalSeconds, 3);
    public IReadOnlyDictionary<string, int> ErrorPatterns => job.ErrorPatterns;
    public IReadOnlyList<AuditEvent>? Timeline => isWhole ? JobAudit.Timeline(job) : null;
    public JobLeftovers? Leftovers => isWhole ? JobLeftovers.Of(job) : null;
}

/// <param name="Command">Plans and does the same with exactly these.</param>
internal sealed record JobLeftovers(int Pending, int Failed, string Command)
{
    /// <summary>A run leaves nothing to anybody: the next one comes to it.</summary>
    public static JobLeftovers? Of(JobRecord job)
    {
        var pending = Math.Max(0, (job.TotalItems ?? 0) - job.Tally.Found);
        return job.Operation == JobOperation.Reprocess || pending + job.Tally.Failed == 0 ? null : new(pending, job.Tally.Failed, CommandOf(job));
    }

    private static string CommandOf(JobRecord job)
    {
        var options = StoredJson.Read(job.Options) is { ValueKind: JsonValueKind.Object } said ? said : JsonElement.Parse("{}");
        string?[] words =
        [
            $"reprocess {NounOf(job.Operation)}{EnumNames.Of(job.Operation).Replace('_', '-')} --from-job {job.JobId}",
            .. Said(options, ("resolution", "--as"), ("notes", "--notes"), ("type", "--type"), ("maxRetries", "--max-retries")),
            .. Said(options, ("retryStrategy", "--strategy"), ("force", "--force"), ("includeCompleted", "--include-completed")),
            options.TryGetProperty("timeoutPerItemSeconds", out var seconds) ? $"--timeout-per-item {seconds}s" : null,
            .. Member(options, "modifications") is { } changed ? Said(changed, ("stageTimeoutSeconds", "--stage-timeout"), ("from", "--from")) : [],
            .. Member(options, "reapply") is not { } reapply ? Said(options, ("reapply", "--reapply"))
                : [$"--exclude-event {string.Join(' ', reapply.GetProperty("exclude").EnumerateArray().Select(Quoted))}"],
            job.WaitForOutcome == job.Operation.WaitsForOutcome(null) ? null : $"--wait-for-outcome {(job.WaitForOutcome ? "true" : "false")}",
            $"--reason {Quoted($"What is left of {job.JobId}.")}",
        ];
        return string.Join(' ', words.OfType<string>());
    }

    private static string NounOf(JobOperation operation) => operation switch
    {
        JobOperation.Reset => string.Empty,
        JobOperation.Restart or JobOperation.DeadLetter or JobOperation.Cancel => "failing ",
        _ => "dlq ",
    };

    private static JsonElement? Member(JsonElement options, string name) =>
        options.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value : null;

    private static IEnumerable<string> Said(JsonElement options, params (string Name, string Option)[] members)
    {
        foreach (var (name, option) in members)
        {
            if (options.TryGetProperty(name, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.False))
            {
                yield return value.ValueKind == JsonValueKind.True ? option : $"{option} {Quoted(value)}";
            }
        }
    }

    private static string Quoted(JsonElement value) => Quoted(value.ToString());

    /// <summary>For a shell: what people have written into options must not run as a command of whoever pastes it.</summary>
    private static string Quoted(string text) => text.Length > 0 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.' or ':')
        ? text
        : $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
