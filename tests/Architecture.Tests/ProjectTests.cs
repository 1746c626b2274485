using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Architecture.Tests;

/// <summary>The projects and which of them may use which, read from the project files.</summary>
public sealed partial class ProjectTests
{
    /// <summary>A project and all projects that it may reference. A project without an entry is not allowed.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Reprocessing.Domain"] = [],
        ["Reprocessing.Storage"] = ["Reprocessing.Domain"],
        ["Reprocessing.Functions"] = ["Reprocessing.Domain", "Reprocessing.Storage"],
        ["Reprocessing.Demo"] = ["Reprocessing.Functions", "Reprocessing.LocalHost"],
        ["Reprocessing.Cli"] = ["Reprocessing.Domain"],
        ["Reprocessing.LocalHost"] = ["Reprocessing.Azurite"],
        ["Reprocessing.Azurite"] = [],
    };

    private static readonly string[] VagueNames = ["Common", "Utils", "Utilities", "Helpers", "Models", "Managers", "Services", "Misc"];

    public static TheoryData<string> Projects => [.. Repository.Files("src", "*.csproj").Select(path => Path.GetRelativePath(Repository.Root, path))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_the_projects_it_may(string project)
    {
        var name = Path.GetFileNameWithoutExtension(project);
        var referenced = XDocument.Parse(Repository.Read(project)).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));

        Assert.True(Allowed.ContainsKey(name), $"{name} is a new project: add it to the table");
        Assert.Empty(referenced.Except(Allowed[name]));
    }

    [Fact]
    public void The_domain_depends_on_no_package()
    {
        var packages = XDocument.Parse(Repository.Read("src/Reprocessing.Domain/Reprocessing.Domain.csproj")).Descendants("PackageReference")
            .Where(reference => reference.Attribute("PrivateAssets")?.Value != "all");

        Assert.Empty(packages);
    }

    [Fact]
    public void Only_project_files_know_the_build()
    {
        var conditional = Repository.Files("src", "*.cs").Where(path => Directive().IsMatch(File.ReadAllText(path)));

        Assert.Empty(conditional);
    }

    [Fact]
    public void The_local_host_knows_nothing_of_orders()
    {
        var knowing = Repository.Files("src/Reprocessing.LocalHost", "*.cs").Concat(Repository.Files("src/Reprocessing.Azurite", "*.cs")).Where(path => OrderWord().IsMatch(File.ReadAllText(path)));

        Assert.Empty(knowing);
    }

    [Fact]
    public void Only_one_folder_uses_the_preview_of_the_in_memory_engine()
    {
        var knowing = Repository.Files("tests", "*.cs")
            .Where(path => File.ReadLines(path).Any(line => line.StartsWith("using Microsoft.DurableTask.Testing", StringComparison.Ordinal)))
            .Select(path => Path.GetRelativePath(Repository.Root, Path.GetDirectoryName(path)!));

        Assert.Equal(["tests/Reprocessing.Testing/InMemory"], knowing.Distinct());
    }

    [Fact]
    public void No_folder_has_a_vague_name()
    {
        var folders = Repository.Files("src", "*.cs").Concat(Repository.Files("tests", "*.cs"))
            .SelectMany(path => Path.GetRelativePath(Repository.Root, path).Split(Path.DirectorySeparatorChar).SkipLast(1))
            .Distinct();

        Assert.Empty(folders.Intersect(VagueNames, StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public void The_solution_holds_every_project()
    {
        var solution = Repository.Read("ReprocessingFunctions.sln").Replace('\\', '/');
        var missing = Repository.Files("src", "*.csproj").Concat(Repository.Files("tests", "*.csproj"))
            .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
            .Where(path => !solution.Contains(path, StringComparison.Ordinal));

        Assert.Empty(missing);
    }

    [GeneratedRegex(@"^\s*#(if|elif)\b", RegexOptions.Multiline)]
    private static partial Regex Directive();

    [GeneratedRegex(@"\b(OrderId|OrderStatus|DeadLetter\w*|Reprocessing(?!\.(LocalHost|Azurite))\w*)\b")]
    private static partial Regex OrderWord();
}
