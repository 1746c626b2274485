using System.CommandLine;
using System.Text.Json.Nodes;
using Reprocessing.Cli.Plans;
using Reprocessing.Cli.Terminal;

namespace Reprocessing.Cli.DeadLetters;

/// <summary>How dead letters are closed without a restart.</summary>
internal sealed class ResolveOptions : IOperationOptions
{
    private readonly Option<string?> _resolution = ListOptions.Word("--as", "What becomes of them; needed.", ["cancelled", "escalated"]);
    private readonly Option<string?> _notes = new("--notes") { Description = "A note on each." };

    public ResolveOptions() => _resolution.Required = true;

    public IReadOnlyList<Option> Symbols => [_resolution, _notes];

    public JsonObject Read(ParseResult parsed)
    {
        var options = new JsonObject { ["resolution"] = parsed.GetValue(_resolution) };
        if (parsed.GetValue(_notes) is { } notes)
        {
            options["notes"] = notes;
        }

        return options;
    }
}
