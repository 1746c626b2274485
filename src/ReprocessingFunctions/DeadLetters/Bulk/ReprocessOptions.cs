using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Reprocessing.Domain.Orders;
using Reprocessing.Domain.Retries;
using ReprocessingFunctions.Http;
using ReprocessingFunctions.Jobs;

namespace ReprocessingFunctions.DeadLetters.Bulk;

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
