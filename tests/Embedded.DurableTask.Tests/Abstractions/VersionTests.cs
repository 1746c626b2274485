using Microsoft.DurableTask.Abstractions;

namespace Embedded.DurableTask.Tests.Abstractions;

public sealed class VersionTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("", " ", 0)]
    [InlineData("", "1.0", -1)]
    [InlineData("1.0", "", 1)]
    [InlineData("1.10", "1.9", 1)]
    [InlineData("1.0", "1.0", 0)]
    [InlineData("1.0", "2.0.0", -1)]
    [InlineData("alpha", "BETA", -1)]
    [InlineData("Alpha", "alpha", 0)]
    [InlineData("v2", "1.0", 1)]
    public void Versions_compare_as_numbers_where_they_are_numbers(string source, string other, int expected) =>
        Assert.Equal(expected, Math.Sign(TaskOrchestrationVersioningUtils.CompareVersions(source, other)));
}
