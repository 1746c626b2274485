using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Reprocessing.Cli.Alerts;
using Reprocessing.Cli.Audit;
using Reprocessing.Cli.Doctor;
using Reprocessing.Cli.Groups;
using Reprocessing.Cli.Orders;
using Reprocessing.Cli.Reports;
using Reprocessing.Cli.Resets;
using Reprocessing.Cli.Runs;
using Reprocessing.Cli.Workflows;

namespace Reprocessing.Cli;

internal static class CommandLine
{
    /// <summary>A reason that begins with @ is text, not a response file.</summary>
    private static readonly ParserConfiguration Verbatim = new() { ResponseFileTokenReplacer = null };

    public static string Version { get; } = typeof(CommandLine).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    public static async Task<int> RunAsync(IReadOnlyList<string> args, HostEnvironment host, CancellationToken cancellationToken)
    {
        var parsed = Create(host).Parse(args, Verbatim);
        var invocation = new InvocationConfiguration
        {
            // Help that nobody asked for is not a result.
            Output = parsed.Action is ParseErrorAction ? host.Error : host.Out,
            Error = host.Error,
            EnableDefaultExceptionHandler = false,
            // The program handles signals itself, to print a message before it ends.
            ProcessTerminationTimeout = null,
        };
        try
        {
            if (parsed.Action is not ParseErrorAction error)
            {
                return await parsed.InvokeAsync(invocation, cancellationToken);
            }

            error.ShowHelp = parsed.CommandResult.Command.Subcommands.Count > 0;
            await parsed.InvokeAsync(invocation, cancellationToken);
            return ExitCode.Usage;
        }
        catch (IOException e) when (StandardOutput.HasNoReader(e))
        {
            // Usually intended, so nothing is printed.
            return ExitCode.NoReader;
        }
    }

    public static RootCommand Create(HostEnvironment host)
    {
        var root = new RootCommand("Finds failed orders, restarts or dead-letters them; in bulk: plan, apply, pace, pause, cancel, prove.");
        var options = new GlobalOptions();
        options.AddTo(root);
        var scope = new CommandScope(options, host);
        root.Add(RunsCommand.Create(scope));
        root.Add(OrdersCommand.Create(scope));
        root.Add(FailingCommand.Create(scope));
        root.Add(DlqCommand.Create(scope));
        root.Add(GroupsCommand.Create(scope));
        root.Add(PlanCommand.Create(scope));
        root.Add(ApplyCommand.Create(scope));
        root.Add(JobsCommand.Create(scope));
        root.Add(ResetCommand.Create(scope));
        root.Add(WorkflowsCommand.Create(scope));
        root.Add(AlertsCommand.Create(scope));
        root.Add(ScheduleCommand.Create(scope));
        root.Add(AuditCommand.Create(scope));
        root.Add(ReportCommand.Create(scope));
        root.Add(DoctorCommand.Create(scope));
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExitCodes((HelpAction)help.Action!);
        return root;
    }
}
