namespace Reprocessing.LocalHost.Tests;

/// <summary>The quick-start app in a folder of its own, to be spoilt there.</summary>
internal static class AppCopy
{
    public static void Into(string folder)
    {
        foreach (var file in Directory.GetFiles(HostProcess.AppFolder))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        Directory.CreateSymbolicLink(Path.Combine(folder, ".azurefunctions"), Path.Combine(HostProcess.AppFolder, ".azurefunctions"));
    }

    /// <summary>With a text of one file replaced.</summary>
    public static void Into(string folder, string file, string text, string by)
    {
        Into(folder);
        var path = Path.Combine(folder, file);
        var content = File.ReadAllText(path);
        Assert.Contains(text, content, StringComparison.Ordinal);
        File.WriteAllText(path, content.Replace(text, by, StringComparison.Ordinal));
    }
}
