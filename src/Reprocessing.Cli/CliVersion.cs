namespace Reprocessing.Cli;

internal static class CliVersion
{
    public static string Number { get; } = typeof(CliVersion).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
}
