using System.Runtime.CompilerServices;

namespace Reprocessing.Domain.Tests.Filters;

/// <summary>What the page on filters shows can be written so.</summary>
public sealed class ReadmeTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Here(), "../../../docs/filters.md"));

    public static TheoryData<string> Examples => new(Page.Split("```filter\n")[1..].SelectMany(block => block.Split("\n```")[0].Split('\n')));

    [Theory]
    [MemberData(nameof(Examples))]
    public void Every_example_is_a_filter(string example)
    {
        var parse = FilterExpression.Parse(example, DeadLetterFields.Catalog);
        Assert.True(parse.Expression is not null, parse.Error?.Message);
    }

    [Fact]
    public void Every_field_and_every_word_of_a_field_is_on_the_page()
    {
        var names = DeadLetterFields.Catalog.Fields.SelectMany(field => field.Aliases.Concat(field.Choices).Prepend(field.Name));
        Assert.All(names, name => Assert.Contains($"`{name}`", Page, StringComparison.Ordinal));
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
