using Reprocessing.Domain.Orders;
using Reprocessing.Domain.Retries;

namespace Reprocessing.Cli.DeadLetters;

internal static class DeadLetterVerbs
{
    public static BulkVerb Retry { get; } = new(
        JobOperation.Retry, "Take dead letters up anew and start their workflows.", SelectionOptions.OfDeadLetters, () => new RetryOptions());

    public static BulkVerb Resolve { get; } = new(
        JobOperation.Resolve, "Close dead letters without a restart.", SelectionOptions.OfDeadLetters, () => new ResolveOptions());

    public static BulkVerb Purge { get; } = new(
        JobOperation.Purge, "Delete resolved dead letters. Nothing takes this back.", SelectionOptions.OfDeadLetters, () => new PurgeOptions());

    public static IReadOnlyList<BulkVerb> All { get; } = [Retry, Resolve, Purge];
}

internal sealed class RetryOptions : IOperationOptions
{
    private readonly Option<int?> _maxRetries = new("--max-retries")
    {
        Description = "Starts of an order in this job, the first among them; where the job waits for outcomes.",
        HelpName = "n",
    };

    private readonly Option<string?> _strategy = new("--strategy")
    {
        Description = $"Pause between the starts: {Kinds}, or an object as {{\"strategy\":\"fixed\",\"baseDelay\":\"00:00:30\"}}.",
        HelpName = "word",
    };

    private readonly Option<string?> _timeoutPerItem = new("--timeout-per-item")
    {
        Description = "How long an order's outcome is waited for: 300, 5m.",
        HelpName = "time",
    };

    private readonly Option<string?> _stageTimeout = new("--stage-timeout")
    {
        Description = "How long each stage of the restarted workflows may take.",
        HelpName = "time",
    };

    private readonly Option<string?> _from = ListOptions.Word("--from", "Where the restarted workflows go on.", EnumNames.All<RestartPoint>());
    private readonly Option<bool> _force = new("--force") { Description = "Also permanent failures, and what came back three times." };

    private static string Kinds => string.Join(", ", EnumNames.All<RetryStrategyKind>());

    public IReadOnlyList<Option> Symbols => [_maxRetries, _strategy, _timeoutPerItem, _stageTimeout, _from, _force];

    public JsonObject Read(ParseResult parsed)
    {
        var options = new JsonObject()
            .With("maxRetries", parsed.GetValue(_maxRetries))
            .With("timeoutPerItemSeconds", WaitOptions.Duration(parsed, _timeoutPerItem) is { } timeout ? (int)Math.Ceiling(timeout.TotalSeconds) : null);
        if (parsed.GetValue(_strategy) is { } strategy)
        {
            options["retryStrategy"] = Strategy(strategy);
        }

        var modifications = new JsonObject()
            .With("stageTimeoutSeconds", WaitOptions.Duration(parsed, _stageTimeout)?.TotalSeconds)
            .With("from", parsed.GetValue(_from));
        return options.WithFlag("force", parsed.GetValue(_force)).With("modifications", modifications);
    }

    private static JsonNode? Strategy(string text)
    {
        if (!text.TrimStart().StartsWith('{'))
        {
            return EnumNames.TryParse<RetryStrategyKind>(text, out _)
                ? JsonValue.Create(text)
                : throw new CommandException(ExitCode.Usage, $"--strategy must be one of {Kinds}, or a JSON object; not '{text}'.");
        }

        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException e)
        {
            throw new CommandException(ExitCode.Usage, "--strategy is no JSON object.", e.Message);
        }
    }
}

internal sealed class ResolveOptions : IOperationOptions
{
    private readonly Option<string?> _resolution = ListOptions.Word("--as", "What becomes of them; needed.", ["cancelled", "escalated"]);
    private readonly Option<string?> _notes = new("--notes") { Description = "A note on each." };

    public ResolveOptions() => _resolution.Required = true;

    public IReadOnlyList<Option> Symbols => [_resolution, _notes];

    public JsonObject Read(ParseResult parsed) =>
        new JsonObject { ["resolution"] = parsed.GetValue(_resolution) }.With("notes", parsed.GetValue(_notes));
}

internal sealed class PurgeOptions : IOperationOptions
{
    private readonly Option<bool> _force = new("--force") { Description = "Also entries that nobody has resolved." };

    public IReadOnlyList<Option> Symbols => [_force];

    /// <summary>The plan requires the word; the number of items is confirmed when the plan is applied.</summary>
    public JsonObject Read(ParseResult parsed) =>
        new JsonObject { ["confirm"] = "purge" }.WithFlag("force", parsed.GetValue(_force));
}
