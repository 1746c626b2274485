namespace ReprocessingFunctions.DeadLetters;

/// <summary>How a retry job goes about its orders.</summary>
[Description("The options of retry.")]
internal sealed record ReprocessOptions
{
    public const int MostRetries = 100;
    public const int LongestTimeoutSeconds = 86_400;

    /// <summary>Starts of one order in this job, when it waits for outcomes.</summary>
    [Description("Starts of one order, when the job waits for outcomes; 3 unless said.")]
    [Range(1, MostRetries)]
    public int MaxRetries { get; init; } = 3;

    /// <summary>From an order's start to its outcome, when the job waits for it.</summary>
    [Description("From an order's start to its outcome, when the job waits for it; 300 unless said.")]
    [Range(1, LongestTimeoutSeconds)]
    public int TimeoutPerItemSeconds { get; init; } = 300;

    /// <summary>Before each further start: a strategy's name, or an object with its figures.</summary>
    [Description("Before each further start: a strategy's name, or an object with its figures; exponential unless said.")]
    public JsonElement? RetryStrategy { get; init; }

    /// <summary>Also permanent failures, and orders that came back too often.</summary>
    [Description("Also permanent failures, and orders that came back too often.")]
    public bool Force { get; init; }

    public RetryModifications? Modifications { get; init; }

    public IReadOnlyList<ProblemError> Check()
    {
        List<ProblemError?> faults =
        [
            MaxRetries is >= 1 and <= MostRetries ? null : new($"'maxRetries' must be from 1 to {MostRetries}.", "#/options/maxRetries"),
            TimeoutPerItemSeconds is >= 1 and <= LongestTimeoutSeconds
                ? null
                : new($"'timeoutPerItemSeconds' must be from 1 to {LongestTimeoutSeconds}.", "#/options/timeoutPerItemSeconds"),
            ReadStrategy().Fault,
            Modifications?.Check("#/options/modifications"),
        ];
        return [.. faults.OfType<ProblemError>()];
    }

    public ItemAttempts ToAttempts() => new(MaxRetries, TimeSpan.FromSeconds(TimeoutPerItemSeconds), ReadStrategy().Settings);

    private (RetrySettings Settings, ProblemError? Fault) ReadStrategy()
    {
        const string Pointer = "#/options/retryStrategy";
        try
        {
            var settings = RetryStrategy switch
            {
                null or { ValueKind: JsonValueKind.Null } => new RetrySettings(),
                { ValueKind: JsonValueKind.String } name => new() { Strategy = name.GetString() },
                { ValueKind: JsonValueKind.Object } figures => figures.Deserialize<RetrySettings>(AppJson.StrictBodies) ?? new(),
                _ => throw new FormatException("'retryStrategy' must be a strategy's name or an object."),
            };
            Reprocessing.Domain.Retries.RetryStrategy.Parse(settings);
            return (settings, null);
        }
        catch (FormatException e)
        {
            return (new(), new(e.Message, Pointer));
        }
        catch (JsonException e)
        {
            return (new(), new("The value is of the wrong type or there is no such member.", Pointer + JsonPointer.FromPath(e.Path).TrimStart('#')));
        }
    }
}

/// <summary>What the retried workflows do otherwise than the settings say.</summary>
internal sealed record RetryModifications
{
    public double? StageTimeoutSeconds { get; init; }

    public RestartPoint? From { get; init; }

    /// <param name="pointer">Of this object.</param>
    public ProblemError? Check(string pointer) =>
        StageTimeoutSeconds is null
        || (StageTimeoutSeconds >= RestartModifications.ShortestStageTimeout.TotalSeconds && StageTimeoutSeconds <= RestartModifications.LongestStageTimeout.TotalSeconds)
            ? null
            : new(
                $"'stageTimeoutSeconds' must be from {RestartModifications.ShortestStageTimeout.TotalSeconds} to {RestartModifications.LongestStageTimeout.TotalSeconds}.",
                $"{pointer}/stageTimeoutSeconds");

    public RestartModifications ToDomain() =>
        new(StageTimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null, From);
}

/// <summary>How a resolve job closes its dead letters. Retrying many is an operation of its own.</summary>
[Description("The options of resolve.")]
internal sealed record ResolveOptions
{
    [Description("cancelled or escalated; retrying many is an operation of its own.")]
    [Required]
    public DeadLetterResolution? Resolution { get; init; }

    [StringLength(Texts.MaxLength, MinimumLength = 1)]
    public string? Notes { get; init; }

    public IReadOnlyList<ProblemError> Check()
    {
        List<ProblemError?> faults =
        [
            Resolution is DeadLetterResolution.Cancelled or DeadLetterResolution.Escalated
                ? null
                : new("'resolution' must be cancelled or escalated.", "#/options/resolution"),
            Texts.Optional(Notes, "notes") is { } fault ? fault with { Pointer = "#/options/notes" } : null,
        ];
        return [.. faults.OfType<ProblemError>()];
    }
}

/// <summary>What is purged is gone, so it has to be confirmed.</summary>
[Description("The options of purge.")]
internal sealed record PurgeOptions
{
    private const string Word = "purge";

    /// <summary>Entries that are not resolved too. Their orders stay dead letters without one.</summary>
    [Description("Entries that are not resolved too.")]
    public bool Force { get; init; }

    /// <summary>The number of entries that will be deleted, or the word <c>purge</c>.</summary>
    [Description("The number of entries that will be deleted, or the word purge.")]
    [Required]
    public JsonElement? Confirm { get; init; }

    public IReadOnlyList<ProblemError> Check() => IsWord || Number is not null
        ? []
        : [new($"'confirm' must be the number of entries that will be deleted, or \"{Word}\".", "#/options/confirm")];

    /// <returns>Null when so many may be deleted.</returns>
    public ProblemError? CheckCount(int count) => Number is { } number && number != count
        ? new($"'confirm' says {number}, but {count} would be deleted.", "#/options/confirm")
        : null;

    private bool IsWord => Confirm is { ValueKind: JsonValueKind.String } word && word.GetString() == Word;

    private int? Number => Confirm is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) && value >= 0 ? value : null;
}

/// <summary>Reads an operation's options as strictly as a body; their faults point below <c>#/options</c>.</summary>
internal static class OptionsJson
{
    public static (T Options, Problem? Problem) Read<T>(string? json)
        where T : class, new()
    {
        if (string.IsNullOrWhiteSpace(json) || json.Trim() == "null")
        {
            return (new(), null);
        }

        var body = RequestBody.Parse<T>(Encoding.UTF8.GetBytes(json));
        return body is { Value: { } options, Problem: null }
            ? (options, null)
            : (new(), Problems.InvalidOptions([.. (body.Problem?.Errors ?? []).Select(Below)]));
    }

    /// <summary>Of options that were checked when they were frozen into a plan.</summary>
    public static T Use<T>(string? json)
        where T : class, new() => Read<T>(json) is { Problem: null } read
        ? read.Options
        : throw new ArgumentException($"The stored options of the job cannot be read: {json}", nameof(json));

    private static ProblemError Below(ProblemError error) => error with { Pointer = $"#/options{error.Pointer.TrimStart('#')}" };
}
