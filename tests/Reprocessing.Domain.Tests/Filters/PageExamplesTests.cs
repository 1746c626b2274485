using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Reprocessing.Domain.Tests.Filters;

/// <summary>The page on filters says what the parser does.</summary>
public sealed partial class PageExamplesTests
{
    private static readonly string Page = File.ReadAllText(PagePath());

    [Fact]
    public void Every_example_of_the_page_is_a_filter()
    {
        var examples = Blocks().Matches(Page)
            .SelectMany(block => block.Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            .ToList();

        Assert.True(examples.Count > 5);
        Assert.All(examples, example => SampleFields.Parse(example, DeadLetterFields.Catalog));
    }

    [Fact]
    public void Every_field_choice_and_alias_stands_on_the_page() => Assert.All(DeadLetterFields.Catalog.Fields, field =>
        Assert.All([field.Name, .. field.Choices, .. field.Aliases], word => Assert.Contains($"`{word}`", Page, StringComparison.Ordinal)));

    [Fact]
    public void Every_field_and_alias_of_orders_stands_on_the_page() => Assert.All(OrderFields.Catalog.Fields, field =>
        Assert.All([field.Name, .. field.Aliases], word => Assert.Contains($"`{word}`", Page, StringComparison.Ordinal)));

    private static string PagePath([CallerFilePath] string path = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "../../../docs/filters.md"));

    [GeneratedRegex(@"```filter\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Blocks();
}
