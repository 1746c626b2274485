namespace ReprocessingFunctions.Imports;

/// <summary>The one folder whose files can be imported by path. Nothing outside of it is reached, by <c>..</c> or by a link.</summary>
internal static class ImportFolder
{
    /// <returns>The file, or why there is none, as a sentence.</returns>
    public static (FileInfo? File, string? Problem) Find(string? folder, string path)
    {
        if (string.IsNullOrEmpty(folder))
        {
            return (null, "There is no folder for imports: setting ImportFolder is not set.");
        }

        if (path.Length == 0 || path.Contains('\0') || path.Contains('\\') || Path.IsPathRooted(path) || path.Split('/').Contains(".."))
        {
            return (null, "'path' must lead to a file below the folder for imports, by names and '/' alone.");
        }

        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var file = new FileInfo(Path.GetFullPath(Path.Combine(root, path)));
        if (!file.FullName.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal) || !file.Exists || IsLinked(root, file))
        {
            return (null, $"There is no file '{path}' in the folder for imports.");
        }

        return (file, null);
    }

    private static bool IsLinked(string root, FileInfo file)
    {
        for (FileSystemInfo? at = file; at is not null && at.FullName != root; at = at is FileInfo inner ? inner.Directory : ((DirectoryInfo)at).Parent)
        {
            if (at.LinkTarget is not null)
            {
                return true;
            }
        }

        return false;
    }
}
