using System.Text.Json;

namespace EndToEnd.Tests.Hosts;

/// <summary>Where the build put the app: <c>bin/Reprocessing.Functions/debug</c> beside <c>bin/EndToEnd.Tests/debug</c>.</summary>
internal static class AppFiles
{
    public static string Folder { get; } = Find("Reprocessing.Functions");

    public static string Host { get; } = Path.Combine(Find("Reprocessing.LocalHost"), "Reprocessing.LocalHost.dll");

    /// <summary>Of the repository: where the folder <c>.artifacts</c> is that holds all that is built.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Folder, "..", "..", "..", ".."));

    /// <summary>The app's sources.</summary>
    public static string Project { get; } = Path.Combine(Root, "src", "Reprocessing.Functions");

    /// <summary>As <c>debug</c>, of all that is built.</summary>
    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Name;

    /// <summary>What host.json says of the version of new instances.</summary>
    public static string DefaultVersion { get; } = JsonElement.Parse(File.ReadAllText(Path.Combine(Folder, "host.json")))
        .GetProperty("extensions").GetProperty("durableTask").GetProperty("defaultVersion").GetString()!;

    public static string Find(string project)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        var folder = Path.Combine(own.Parent!.Parent!.FullName, project, own.Name);
        return Directory.Exists(folder) ? folder : throw new DirectoryNotFoundException($"{project} is not built: there is no {folder}.");
    }
}
