using System.Text.Json;
using System.Text.RegularExpressions;

namespace Architecture.Tests;

/// <summary>The README says what is there: rooms, settings and commands are compared with the tree.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string Readme = Repository.Read("README.md");

    [Fact]
    public void The_map_names_every_room_under_src()
    {
        var missing = Repository.Files("src", "*.csproj")
            .Select(path => Path.GetDirectoryName(Path.GetRelativePath(Repository.Root, path))!.Replace('\\', '/'))
            .Where(room => !Readme.Contains($"| `{room}` |", StringComparison.Ordinal));

        Assert.Empty(missing);
    }

    [Fact]
    public void Every_setting_of_the_sample_is_explained_with_its_default()
    {
        using var sample = JsonDocument.Parse(Repository.Read("local.settings.sample.json"));
        var explained = SettingRows().SelectMany(row => Code().Matches(row.Split('|')[1]).Select(match => match.Groups[1].Value)).ToHashSet();

        var missing = sample.RootElement.GetProperty("Values").EnumerateObject()
            .Where(setting => !explained.Contains(setting.Name) || !DefaultOf(setting.Name).Contains(setting.Value.GetString()!, StringComparison.Ordinal))
            .Select(setting => setting.Name);

        Assert.Empty(missing);
    }

    [Fact]
    public void Every_link_into_the_tree_leads_somewhere()
    {
        var dead = Link().Matches(Readme).Select(match => match.Groups[1].Value)
            .Where(target => !target.StartsWith("http", StringComparison.Ordinal))
            .Where(target => !File.Exists(Path.Combine(Repository.Root, target)));

        Assert.Empty(dead);
    }

    private static IEnumerable<string> SettingRows() =>
        Readme[Readme.IndexOf("## Settings", StringComparison.Ordinal)..Readme.IndexOf("## Deploy", StringComparison.Ordinal)]
            .Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal));

    private static string DefaultOf(string setting) =>
        SettingRows().Single(row => row.Split('|')[1].Contains($"`{setting}`", StringComparison.Ordinal)).Split('|')[2];

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\]\(([^)]+)\)")]
    private static partial Regex Link();
}
