using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Architecture.Tests;

/// <summary>What the app stands on is Microsoft's, from one source, and nothing of our own stands in its place.</summary>
public sealed partial class PlatformTests
{
    private static readonly string[] Platform =
    [
        "Microsoft.Azure.Functions.Worker", "Microsoft.Azure.Functions.Worker.Sdk", "Microsoft.Azure.Functions.Worker.Extensions.DurableTask",
        "Microsoft.Azure.Functions.Worker.Extensions.Timer", "Microsoft.Azure.Functions.Worker.Extensions.Http", "Azure.Data.Tables",
    ];

    [Fact]
    public void The_app_takes_the_platforms_packages_and_each_is_pinned_once()
    {
        var pinned = XDocument.Parse(Repository.Read("Directory.Packages.props")).Descendants("PackageVersion")
            .ToLookup(package => package.Attribute("Include")!.Value, package => package.Attribute("Version")!.Value);
        var taken = XDocument.Parse(Repository.Read("src/Reprocessing.Functions/Reprocessing.Functions.csproj")).Descendants("PackageReference")
            .Select(package => package.Attribute("Include")!.Value);

        Assert.Empty(Platform.Except(taken));
        Assert.All(Platform, package => Assert.Matches(@"^\d+\.\d+\.\d+$", Assert.Single(pinned[package])));
    }

    [Fact]
    public void No_type_is_declared_in_the_platforms_namespaces()
    {
        var own = Repository.Files("src", "*.cs").Concat(Repository.Files("tests", "*.cs")).Where(path => Namespace().IsMatch(File.ReadAllText(path)));

        Assert.Empty(own);
    }

    /// <summary>The app's storage and the engine have clients of their own; all else goes out by the one policy.</summary>
    [Fact]
    public void The_app_makes_no_HTTP_client_but_the_one_that_keeps_to_the_policy()
    {
        var makers = Repository.Files("src/Reprocessing.Functions", "*.cs").Where(path => HttpClientWord().IsMatch(File.ReadAllText(path))).Select(Path.GetFileName);

        Assert.Equal(["AppComposition.cs", "OutgoingHttp.cs"], makers.Order(StringComparer.Ordinal));
        Assert.Single(AddClient().Matches(Repository.Read("src/Reprocessing.Functions/AppComposition.cs")));
    }

    [Fact]
    public void There_is_one_build_without_conditions_on_what_it_is_made_of()
    {
        var conditional = Repository.Files("src", "*.csproj").Append(Path.Combine(Repository.Root, "Directory.Build.props"))
            .SelectMany(path => XDocument.Load(path).Descendants())
            .Where(element => element.Name.LocalName is "PackageReference" or "ProjectReference" or "ItemGroup" or "PropertyGroup" && element.Attribute("Condition") is not null);

        Assert.Empty(conditional);
    }

    [GeneratedRegex(@"^namespace (Microsoft|Azure|DurableTask)\b", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"\b(IHttpClientFactory|AddHttpClient|HttpClient|HttpMessageInvoker|SocketsHttpHandler|HttpClientHandler|HttpWebRequest|WebClient|TcpClient|Socket)\b")]
    private static partial Regex HttpClientWord();

    [GeneratedRegex(@"\bAddHttpClient\b")]
    private static partial Regex AddClient();
}
