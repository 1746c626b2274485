using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Reprocessing.Cli.Plans;
using Reprocessing.Cli.Terminal;
using Reprocessing.Domain.Names;
using Reprocessing.Domain.Orders;
using Reprocessing.Domain.Retries;

namespace Reprocessing.Cli.DeadLetters;

/// <summary>How dead letters are taken up anew.</summary>
internal sealed class RetryOptions : IOperationOptions
{
    private readonly Option<int?> _maxRetries = new("--max-retries")
    {
        Description = "Starts of an order in this job, the first among them; with --wait-for-outcome or --ramp.",
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

    private readonly Option<string?> _from = ListOptions.Word("--from", "Where the restarted workflows go on.", StableNames.All<RestartPoint>());
    private readonly Option<bool> _force = new("--force") { Description = "Also permanent failures, and what came back three times." };

    private static string Kinds => string.Join(", ", StableNames.All<RetryStrategyKind>());

    public IReadOnlyList<Option> Symbols => [_maxRetries, _strategy, _timeoutPerItem, _stageTimeout, _from, _force];

    public JsonObject Read(ParseResult parsed)
    {
        var options = new JsonObject();
        if (parsed.GetValue(_maxRetries) is { } most)
        {
            options["maxRetries"] = most;
        }

        if (WaitOptions.Duration(parsed, _timeoutPerItem) is { } timeout)
        {
            options["timeoutPerItemSeconds"] = (int)Math.Ceiling(timeout.TotalSeconds);
        }

        if (parsed.GetValue(_strategy) is { } strategy)
        {
            options["retryStrategy"] = Strategy(strategy);
        }

        if (parsed.GetValue(_force))
        {
            options["force"] = true;
        }

        if (Modifications(parsed) is { Count: > 0 } modifications)
        {
            options["modifications"] = modifications;
        }

        return options;
    }

    private JsonObject Modifications(ParseResult parsed)
    {
        var modifications = new JsonObject();
        if (WaitOptions.Duration(parsed, _stageTimeout) is { } stage)
        {
            modifications["stageTimeoutSeconds"] = stage.TotalSeconds;
        }

        if (parsed.GetValue(_from) is { } point)
        {
            modifications["from"] = point;
        }

        return modifications;
    }

    private static JsonNode? Strategy(string text)
    {
        if (!text.TrimStart().StartsWith('{'))
        {
            return StableNames.TryParse<RetryStrategyKind>(text, out _)
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
