using System.CommandLine;
using System.Text.Json.Nodes;

namespace Reprocessing.Cli.Plans;

/// <summary>Options of one operation, which are frozen into its plan.</summary>
internal interface IOperationOptions
{
    IReadOnlyList<Option> Symbols { get; }

    JsonObject Read(ParseResult parsed);
}
