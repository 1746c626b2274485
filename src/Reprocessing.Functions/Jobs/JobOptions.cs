namespace Reprocessing.Functions.Jobs;

/// <summary>Settings <c>Job*</c>: how far bulk jobs go and how fast, unless they say so themselves.</summary>
internal sealed class JobOptions
{
    public const string Prefix = "Job";

    /// <summary>Chunks at once, or items at once where a job waits for outcomes.</summary>
    [Range(1, Reprocessing.Domain.Jobs.Pace.MaxParallelism)]
    public int Parallelism { get; set; } = 5;

    /// <summary>The most items of one activity call; fewer where the pace or quick stopping asks for it.</summary>
    [Range(1, 100)]
    public int ChunkSize { get; set; } = 20;

    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan SelectTimeout { get; set; } = TimeSpan.FromMinutes(2);

    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan ProcessTimeout { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>How long the orders of a slice are kept from other operations; a job that stops unheard of frees them by then.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromMinutes(15);
}
