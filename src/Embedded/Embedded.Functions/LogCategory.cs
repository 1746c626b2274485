namespace Embedded.Functions;

/// <summary>The platform's names of log categories, so that levels in host.json mean the same.</summary>
internal static class LogCategory
{
    public const string Startup = "Host.Startup";
    public const string Timers = "Host.Triggers.Timer";

    public static string Function(string name) => "Function." + name;
}
