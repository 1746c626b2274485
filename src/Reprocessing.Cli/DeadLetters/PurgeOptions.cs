using System.CommandLine;
using System.Text.Json.Nodes;
using Reprocessing.Cli.Plans;

namespace Reprocessing.Cli.DeadLetters;

/// <summary>Which dead letters are deleted.</summary>
internal sealed class PurgeOptions : IOperationOptions
{
    private readonly Option<bool> _force = new("--force") { Description = "Also entries that nobody has resolved." };

    public IReadOnlyList<Option> Symbols => [_force];

    public JsonObject Read(ParseResult parsed)
    {
        // The plan wants the word; what counts is the number, which is confirmed when the plan is applied.
        var options = new JsonObject { ["confirm"] = Operations.Purge };
        if (parsed.GetValue(_force))
        {
            options["force"] = true;
        }

        return options;
    }
}
