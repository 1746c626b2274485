using System.Diagnostics;
using System.Globalization;

namespace Embedded.DurableTask.Hosting;

/// <summary>A process, in a way that another process of the same machine can look for it.</summary>
internal sealed record HostIdentity(string Machine, int ProcessId, DateTime ProcessStart, string Nonce)
{
    // The kernel counts ticks since boot, and the time of boot is computed anew by every reader.
    private static readonly TimeSpan StartTolerance = TimeSpan.FromSeconds(2);

#pragma warning disable RS0030 // who we are is a fact of the process, read once by the composition root
    public static HostIdentity Current()
    {
        using var process = Process.GetCurrentProcess();
        return new HostIdentity(
            Environment.MachineName, process.Id, process.StartTime.ToUniversalTime(), Guid.NewGuid().ToString("N")[..8]);
    }

    /// <summary>False for processes of other machines: nobody can tell from here.</summary>
    public static bool IsDeadProcessOfThisMachine(HostIdentity host)
    {
        if (host.Machine != Environment.MachineName)
        {
            return false;
        }

        try
        {
            using var process = Process.GetProcessById(host.ProcessId);
            return process.HasExited || (process.StartTime.ToUniversalTime() - host.ProcessStart).Duration() > StartTolerance;
        }
        catch (ArgumentException)
        {
            return true;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // Another user's process has the number: it lives, and who it is cannot be seen.
            return false;
        }
    }
#pragma warning restore RS0030

    public static HostIdentity? Parse(string text)
    {
        var parts = text.Split('|');
        return parts.Length == 4
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var processId)
            && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var start)
                ? new HostIdentity(parts[0], processId, new DateTime(start, DateTimeKind.Utc), parts[3])
                : null;
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Machine}|{ProcessId}|{ProcessStart.Ticks}|{Nonce}");
}
