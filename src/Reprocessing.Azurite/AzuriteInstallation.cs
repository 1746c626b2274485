using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Reprocessing.Azurite;

/// <summary>Azurite as infra/local pins it, installed there on the first run.</summary>
internal static class AzuriteInstallation
{
    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(200);

    /// <returns>The folder of Azurite's package.</returns>
    public static async Task<string> EnsureAsync(ILogger logger, CancellationToken cancellation)
    {
        var folder = FindFolder() ?? throw new AzuriteException(
            "No infra/local/package.json above the program or the current folder, so the storage emulator cannot be started: "
            + "start Azurite yourself, or set the storage connection to an account.");
        if (!IsInstalled(folder))
        {
            using var alone = await LockAsync(folder, cancellation);
            // Another process may have installed it meanwhile.
            if (!IsInstalled(folder))
            {
                Log.Installing(logger, folder);
                await InstallAsync(folder, cancellation);
            }
        }

        return Package(folder);
    }

    private static string Package(string folder) => Path.Combine(folder, "node_modules", "azurite");

    private static string? FindFolder() => new[] { AppContext.BaseDirectory, Directory.GetCurrentDirectory() }
        .SelectMany(Upwards)
        .Select(directory => Path.Combine(directory, "infra", "local"))
        .FirstOrDefault(directory => File.Exists(Path.Combine(directory, "package.json")));

    private static IEnumerable<string> Upwards(string start)
    {
        for (var directory = new DirectoryInfo(start); directory is not null; directory = directory.Parent)
        {
            yield return directory.FullName;
        }
    }

    /// <summary>npm writes its hidden lock file last: an install that was broken off has none. A new pin is a new install.</summary>
    private static bool IsInstalled(string folder)
    {
        var installed = Path.Combine(Package(folder), "package.json");
        return File.Exists(Path.Combine(folder, "node_modules", ".package-lock.json"))
            && File.Exists(installed)
            && Read(installed).GetProperty("version").ValueEquals(PinnedVersion(folder));
    }

    private static string? PinnedVersion(string folder)
        => Read(Path.Combine(folder, "package.json")).GetProperty("dependencies").GetProperty("azurite").GetString();

    private static JsonElement Read(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        return document.RootElement.Clone();
    }

    /// <summary>Test processes start side by side, and two installs at once break each other. The lock dies with its process.</summary>
    private static async Task<FileStream> LockAsync(string folder, CancellationToken cancellation)
    {
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)))[..16];
        while (true)
        {
            try
            {
                return new FileStream(Path.Combine(Path.GetTempPath(), $"azurite-install-{name}.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(LockPoll, cancellation);
            }
        }
    }

    private static async Task InstallAsync(string folder, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", ["ci", "--no-audit", "--no-fund"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        try
        {
            using var npm = Process.Start(start)!;
            var output = npm.StandardOutput.ReadToEndAsync(cancellation);
            var errors = await npm.StandardError.ReadToEndAsync(cancellation);
            await output;
            await npm.WaitForExitAsync(cancellation);
            if (npm.ExitCode != 0)
            {
                throw new AzuriteException($"'npm ci' failed in {folder}:\n{errors}");
            }
        }
        catch (Win32Exception e)
        {
            throw new AzuriteException("npm cannot be started, which installs the storage emulator: install Node 20 or later, or start Azurite yourself.", e);
        }
    }
}
