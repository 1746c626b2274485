namespace Architecture.Tests;

/// <summary>What compiles against the embedded runtime compiles against the official packages: our surface is a subset of theirs.</summary>
public sealed class EmbeddedPublicSurfaceTests
{
    [Theory]
    [InlineData("Embedded.DataTables")]
    [InlineData("Embedded.DurableTask")]
    [InlineData("Embedded.Functions")]
    public void Every_public_line_of_the_embedded_runtime_is_a_line_of_the_official_packages(string assembly)
    {
        var official = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Signatures"), "*.txt")
            .SelectMany(File.ReadLines)
            .ToHashSet(StringComparer.Ordinal);

        var ours = PublicApiText.Of(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"));

        Assert.NotEmpty(ours);
        var invented = ours.Where(line => !official.Contains(line)).ToList();
        Assert.True(invented.Count == 0, $"{invented.Count} invented:{Environment.NewLine}{string.Join(Environment.NewLine, invented)}");
    }

    [Fact]
    public void Azurite_room_has_no_public_surface()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Embedded.Azurite.dll");

        Assert.Empty(PublicApiText.Of(path));
    }
}
