using System.Text.Json;
using System.Text.RegularExpressions;

namespace Architecture.Tests;

/// <summary>The README and the pages that it links to say what is there: projects, settings, routes and links are compared with the tree.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string Readme = Repository.Read("README.md");
    private static readonly string Settings = Repository.Read("docs/settings.md");

    [Fact]
    public void The_map_names_every_project_under_src()
    {
        var missing = Repository.Files("src", "*.csproj")
            .Select(path => Path.GetDirectoryName(Path.GetRelativePath(Repository.Root, path))!.Replace('\\', '/'))
            .Where(project => !Readme.Contains($"| `{project}` |", StringComparison.Ordinal));

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
    public void The_settings_of_the_readme_are_those_of_the_page() => Assert.All(
        Readme[Readme.IndexOf("## Settings that people change", StringComparison.Ordinal)..Readme.IndexOf("## Guarantees", StringComparison.Ordinal)]
            .Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal)),
        row => Assert.Contains(row.Split('|')[1].Trim(), Settings, StringComparison.Ordinal));

    [Fact]
    public void Every_route_of_the_app_is_on_the_page_about_HTTP()
    {
        var page = Repository.Read("docs/http-api.md");
        var routes = Repository.Files("src/Reprocessing.Functions", "*.cs")
            .SelectMany(path => Route().Matches(File.ReadAllText(path)))
            .Select(match => $"| `{match.Groups[1].Value.ToUpperInvariant()} /{match.Groups[2].Value}")
            .ToList();

        Assert.True(routes.Count > 50);
        Assert.All(routes, route => Assert.True(
            page.Contains($"{route}`", StringComparison.Ordinal) || page.Contains($"{route}?", StringComparison.Ordinal), route));
        Assert.Equal(routes.Count, page.Split('\n').Count(line => RoutesRow().IsMatch(line)));
    }

    [Fact]
    public void Every_link_into_the_tree_leads_somewhere()
    {
        var pages = Repository.Files("docs", "*.md").Concat(Repository.Files("src", "*.md")).Append(Path.Combine(Repository.Root, "README.md"));

        Assert.Empty(pages.SelectMany(page => Link().Matches(File.ReadAllText(page))
            .Select(match => match.Groups[1].Value.Split('#')[0])
            .Where(target => target.Length > 0 && !target.StartsWith("http", StringComparison.Ordinal))
            .Where(target => !File.Exists(Path.Combine(Path.GetDirectoryName(page)!, target)))
            .Select(target => $"{Path.GetRelativePath(Repository.Root, page)}: {target}")));
    }

    [Fact]
    public void The_readme_is_read_to_the_end() => Assert.InRange(Readme.Split('\n').Length, 1, 151);

    private static IEnumerable<string> SettingRows() =>
        Settings.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal));

    private static string DefaultOf(string setting) =>
        SettingRows().Single(row => row.Split('|')[1].Contains($"`{setting}`", StringComparison.Ordinal)).Split('|')[2];

    [GeneratedRegex("HttpTrigger\\(AuthorizationLevel\\.[A-Za-z]+, \"([a-z]+)\", Route = \"([^\"]+)\"\\)")]
    private static partial Regex Route();

    [GeneratedRegex("^\\| `[A-Z]+ /")]
    private static partial Regex RoutesRow();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\]\(([^)]+)\)")]
    private static partial Regex Link();
}
