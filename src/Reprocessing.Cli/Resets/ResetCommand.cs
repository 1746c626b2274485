using System.CommandLine;
using Reprocessing.Cli.Plans;

namespace Reprocessing.Cli.Resets;

/// <summary><c>reprocess reset</c>.</summary>
internal static class ResetCommand
{
    public static BulkVerb Verb { get; } = new(
        "reset", Operations.Reset, "Run workflows again from an earlier point.", SelectionOptions.OfWorkflows, () => new ResetOptions());

    public static Command Create(CommandScope scope) => BulkCommand.Create(scope, Verb);
}
