using Statuses = Reprocessing.Domain.Failures.FailureStatuses;

namespace Reprocessing.Functions.Runs;

internal sealed class ReprocessingOptions : IValidatableObject
{
    /// <summary>NCRONTAB with seconds, UTC. The host reads the setting itself and needs it to be there; it is checked and shown here.</summary>
    [Required]
    public string Schedule { get; set; } = "0 */15 * * * *";

    public bool Enabled { get; set; } = true;

    [Range(1, 100_000)]
    public int BatchSize { get; set; } = 100;

    [Range(1, 100_000)]
    public int MaxOrders { get; set; } = 10_000;

    [Range(0, 100)]
    public int MaxRetries { get; set; } = 5;

    /// <summary>Comma separated; orders that failed with another status are left alone. Unless set, all transient ones.</summary>
    public string? FailureStatuses { get; set; }

    /// <summary>Statuses that are not this app's: comma separated, <c>name:error_type:transient</c> or <c>name:error_type:permanent</c>.</summary>
    public string? OwnFailureStatuses { get; set; }

    [Range(1, 64)]
    public int Parallelism { get; set; } = 5;

    [Range(1, 100)]
    public int ChunkSize { get; set; } = 100;

    [Range(1, 100)]
    public int StartParallelism { get; set; } = 50;

    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan RunTimeout { get; set; } = TimeSpan.FromMinutes(15);

    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan QueryTimeout { get; set; } = TimeSpan.FromMinutes(2);

    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan ProcessTimeout { get; set; } = TimeSpan.FromMinutes(3);

    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan InterruptedStartAge { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>An attempt that nobody acknowledged says nothing of its order, which is restarted whatever is listed.</summary>
    public IReadOnlyList<string> FailureStatusList =>
        [.. (Listed ?? [.. Known.Where(status => !status.IsPermanent).Select(status => status.Name)]).Union([Statuses.NotAcknowledged], StringComparer.Ordinal)];

    private string[]? Listed => FailureStatuses?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private IEnumerable<FailureStatus> Known =>
        Statuses.All.Where(status => !status.IsOwn).Concat(Statuses.ParseOwn(OwnFailureStatuses).Statuses);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (BatchSize > MaxOrders)
        {
            yield return new($"The default batch of {BatchSize} is more than the {MaxOrders} that a run may have.", [nameof(BatchSize)]);
        }

        if (!Crontab.IsValid(Schedule))
        {
            yield return new($"'{Schedule}' is no NCRONTAB expression.", [nameof(Schedule)]);
        }

        foreach (var fault in Statuses.ParseOwn(OwnFailureStatuses).Faults)
        {
            yield return new($"{fault}.", [nameof(OwnFailureStatuses)]);
        }

        if (Listed is [])
        {
            yield return new("At least one failure status is needed.", [nameof(FailureStatuses)]);
        }

        var names = Known.Select(status => status.Name).ToList();
        foreach (var status in Listed?.Except(names, StringComparer.Ordinal) ?? [])
        {
            yield return new($"'{status}' must be one of {string.Join(", ", names)}.", [nameof(FailureStatuses)]);
        }
    }
}
