namespace Reprocessing.LocalHost.Hosting;

internal static class HostVersion
{
    /// <summary>What the worker is told: the real host's version whose protocol this is.</summary>
    public const string Protocol = "4.1037.0.0";

    public static string Own { get; } = typeof(HostVersion).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
}
