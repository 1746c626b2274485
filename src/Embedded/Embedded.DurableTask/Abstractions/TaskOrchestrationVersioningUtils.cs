namespace Microsoft.DurableTask.Abstractions;

public static class TaskOrchestrationVersioningUtils
{
    /// <summary>Compares as <see cref="Version"/> where both can be read so, else as text. No version is less than any.</summary>
    public static int CompareVersions(string sourceVersion, string otherVersion)
    {
        var sourceEmpty = string.IsNullOrWhiteSpace(sourceVersion);
        var otherEmpty = string.IsNullOrWhiteSpace(otherVersion);
        if (sourceEmpty || otherEmpty)
        {
            return otherEmpty.CompareTo(sourceEmpty);
        }

        return Version.TryParse(sourceVersion, out var source) && Version.TryParse(otherVersion, out var other)
            ? source.CompareTo(other)
            : string.Compare(sourceVersion, otherVersion, StringComparison.OrdinalIgnoreCase);
    }
}
