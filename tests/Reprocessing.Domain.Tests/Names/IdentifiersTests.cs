namespace Reprocessing.Domain.Tests.Names;

public sealed class IdentifiersTests
{
    [Theory]
    [InlineData("ORD-1")]
    [InlineData("a|b%c+d'e&f g!")]
    [InlineData("Bestellung-ü-注文-🚚")]
    public void Problem_of_an_id_is_null(string id) => Assert.Null(Identifiers.Problem(id));

    [Fact]
    public void Problem_at_the_longest_length_is_null() => Assert.Null(Identifiers.Problem(new('x', 256)));

    [Theory]
    [InlineData(null, "must not be empty")]
    [InlineData("", "must not be empty")]
    [InlineData("a/b", "must not contain '/' (position 2)")]
    [InlineData("a\\", "must not contain '\\' (position 2)")]
    [InlineData("#", "must not contain '#' (position 1)")]
    [InlineData("ab?", "must not contain '?' (position 3)")]
    [InlineData("a\u0000b", "must not contain control characters (position 2)")]
    [InlineData("a\u0085b", "must not contain control characters (position 2)")]
    [InlineData("a\u2028b", "must not contain control characters (position 2)")]
    [InlineData("a\u2029b", "must not contain control characters (position 2)")]
    [InlineData("a\u202eb", "must not contain control characters (position 2)")]
    [InlineData("a\u200bb", "must not contain control characters (position 2)")]
    [InlineData(".", "must not be a step of a path")]
    [InlineData("..", "must not be a step of a path")]
    [InlineData("a\U000E0041b", "must not contain control characters (position 2)")]
    [InlineData("a🚚b\uFFFF", "must not contain control characters (position 5)")]
    [InlineData("a\uFDD0", "must not contain control characters (position 2)")]
    [InlineData(" a", "must not begin or end with white space")]
    [InlineData("a\t", "must not begin or end with white space")]
    public void Problem_names_the_fault(string? id, string expected) => Assert.Equal(expected, Identifiers.Problem(id));

    [Fact]
    public void Problem_of_a_long_id_tells_its_length() =>
        Assert.Equal("must have at most 256 characters, has 257", Identifiers.Problem(new('x', 257)));

    // Not among the inline data: the runner's own transport would replace half a character.
    [Fact]
    public void Problem_of_half_a_surrogate_pair_is_malformed()
    {
        Assert.Equal("must be well-formed Unicode (position 2)", Identifiers.Problem("a\ud83db"));
        Assert.Equal("must be well-formed Unicode (position 1)", Identifiers.Problem("\ude9a"));
    }
}
