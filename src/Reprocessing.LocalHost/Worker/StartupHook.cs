using System.Runtime.InteropServices;

/// <summary>
/// Runs in the worker process before the app's own code (DOTNET_STARTUP_HOOKS demands this name, in no namespace), and ties the worker's life to
/// the host's: a worker (2.52.0) whose stream breaks goes on for good, so without this it would outlive a killed host, with its work in hand.
/// </summary>
internal static partial class StartupHook
{
    public static void Initialize()
    {
        if (!OperatingSystem.IsWindows())
        {
            // A terminal sends its Ctrl+C to the whole process group; the host tells the worker when its work is done.
            _ = SetProcessGroup(0, 0);
        }

        new Thread(EndWithHost) { IsBackground = true, Name = "End with the host" }.Start();
    }

    /// <summary>Standard input is a pipe that the host never writes to: it ends when the host has ended, however that came.</summary>
    private static void EndWithHost()
    {
        using var input = Console.OpenStandardInput();
        while (input.ReadByte() >= 0)
        {
        }

        using var self = Process.GetCurrentProcess();
        self.Kill();
    }

    [LibraryImport("libc", EntryPoint = "setpgid")]
    private static partial int SetProcessGroup(int process, int group);
}
