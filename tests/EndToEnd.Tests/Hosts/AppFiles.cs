using System.Text.Json;

namespace EndToEnd.Tests.Hosts;

/// <summary>Where the build put the app: <c>bin/ReprocessingFunctions/debug</c> beside <c>bin/EndToEnd.Tests/debug</c>.</summary>
internal static class AppFiles
{
    public static string Folder { get; } = Find();

    public static string Program { get; } = Path.Combine(Folder, "ReprocessingFunctions.dll");

    /// <summary>What host.json says of the version of new instances.</summary>
    public static string DefaultVersion { get; } = JsonElement.Parse(File.ReadAllText(Path.Combine(Folder, "host.json")))
        .GetProperty("extensions").GetProperty("durableTask").GetProperty("defaultVersion").GetString()!;

    private static string Find()
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        var folder = Path.Combine(own.Parent!.Parent!.FullName, "ReprocessingFunctions", own.Name);
        return Directory.Exists(folder) ? folder : throw new DirectoryNotFoundException($"The app is not built: there is no {folder}.");
    }
}
