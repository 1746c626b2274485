using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace Architecture.Tests;

/// <summary>The Bicep compiler on infra/azure. Nothing of it needs a subscription or a network.</summary>
internal static class Bicep
{
    private const string Folder = "infra/azure";

    private static readonly string Compiler = typeof(Bicep).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(fact => fact.Key == "BicepPath").Value!.Replace('\\', '/');

    /// <summary>What it printed and where it ended, when it was not content.</summary>
    public static string Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Compiler, arguments)
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd() + error.GetAwaiter().GetResult();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : $"{output}\nexit code {process.ExitCode}";
    }

    /// <summary>The resources that a deployment of an environment makes, with all that is known before it begins; the rest are expressions.</summary>
    /// <param name="environment">The file of its parameters.</param>
    /// <param name="parameters">Further lines of it.</param>
    public static IReadOnlyList<JsonElement> Resources(string environment, params string[] parameters)
    {
        // A snapshot is written beside its parameters, so they are not those in the source tree.
        var folder = Directory.CreateTempSubdirectory("bicep-").FullName;
        try
        {
            var source = Path.GetRelativePath(folder, Path.Combine(Repository.Root, Folder)).Replace('\\', '/');
            File.WriteAllLines(
                Path.Combine(folder, "deployment.bicepparam"),
                [$"using '{source}/main.bicep'", $"extends '{source}/{environment}.bicepparam'", $"import {{ environments }} from '{source}/environments.bicep'", .. parameters]);
            var said = Run(
                "snapshot", Path.Combine(folder, "deployment.bicepparam"), "--mode", "overwrite", "--location", "westeurope",
                "--subscription-id", Guid.Empty.ToString(), "--tenant-id", Guid.Empty.ToString());
            var snapshot = Path.Combine(folder, "deployment.snapshot.json");
            Assert.True(File.Exists(snapshot), said);
            var content = JsonElement.Parse(File.ReadAllText(snapshot));
            Assert.Empty(content.GetProperty("diagnostics").EnumerateArray());
            return [.. content.GetProperty("predictedResources").EnumerateArray()];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
