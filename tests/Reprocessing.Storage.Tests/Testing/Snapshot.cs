namespace Reprocessing.Storage.Tests.Testing;

internal static class Snapshot
{
    /// <summary>On a difference the actual text is left beside the expected one in the output folder, to be compared and, if it is meant, copied.</summary>
    public static async Task MatchesAsync(string name, string actual)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Rows", "Snapshots", name);
        var expected = await File.ReadAllTextAsync(path);
        if (expected != actual)
        {
            await File.WriteAllTextAsync(path + ".actual", actual);
        }

        Assert.Equal(expected, actual);
    }
}
