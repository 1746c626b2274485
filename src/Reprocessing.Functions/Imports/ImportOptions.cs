namespace Reprocessing.Functions.Imports;

internal sealed class ImportOptions : IValidatableObject
{
    /// <summary>Files below it can be imported by path; without it uploads only.</summary>
    public string? Folder { get; set; }

    /// <summary>Bytes of an upload. The Functions host takes no more than 100 MiB.</summary>
    [Range(1, 10L * 1024 * 1024 * 1024)]
    public long MaxUploadBytes { get; set; } = 100 * 1024 * 1024;

    [Range(1, 32)]
    public int Parallelism { get; set; } = 4;

    [Range(1, 500)]
    public int PageRecords { get; set; } = 500;

    /// <summary>A page ends before the record that would make it larger.</summary>
    [Range(1024, 512 * 1024)]
    public int PageBytes { get; set; } = 512 * 1024;

    /// <summary>Asked for each order; <c>{orderId}</c> and <c>{customerId}</c> in it are replaced. Without it nothing is looked up.</summary>
    [OutgoingAddress]
    public string? EnrichmentUrl { get; set; }

    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan EnrichmentTimeout { get; set; } = TimeSpan.FromSeconds(2);

    [Range(1, 64)]
    public int EnrichmentParallelism { get; set; } = 16;

    /// <summary>A page whose work makes no progress for so long is given up and done again.</summary>
    [Range(typeof(TimeSpan), "00:00:02", "01:00:00")]
    public TimeSpan HeartbeatTimeout { get; set; } = TimeSpan.FromSeconds(30);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Folder is { Length: > 0 } folder && !Path.IsPathFullyQualified(folder))
        {
            yield return new($"'{folder}' is not a full path.", [nameof(Folder)]);
        }
    }
}
