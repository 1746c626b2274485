using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Globalization;

namespace Reprocessing.Cli.Terminal;

/// <summary>The help as it is written by itself, and what scripts need to know.</summary>
internal sealed class HelpWithExitCodes(HelpAction help) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => help.ClearsParseErrors;

    public override int Invoke(ParseResult parseResult)
    {
        var code = help.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        output.Write("Exit codes:\n");
        foreach (var (number, meaning) in ExitCode.All)
        {
            output.Write(string.Create(CultureInfo.InvariantCulture, $"  {number,-4} {meaning}\n"));
        }

        return code;
    }
}
