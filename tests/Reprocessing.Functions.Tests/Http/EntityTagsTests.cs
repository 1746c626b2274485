namespace Reprocessing.Functions.Tests.Http;

public sealed class EntityTagsTests
{
    private const string Stored = "W/\"datetime'2026-03-01T12%3A00%3A00.0000001Z'\"";

    [Fact]
    public void A_tag_is_strong_quoted_and_tells_nothing_of_the_storage()
    {
        Assert.Matches("^\"[0-9a-f]{24}\"$", EntityTags.Of(Stored));
        Assert.NotEqual(EntityTags.Of(Stored), EntityTags.Of(Stored + "x"));
    }

    [Fact]
    public void Without_a_condition_every_edit_may_be_made()
    {
        Assert.True(EntityTags.Allows(Request(), Stored));
        Assert.True(EntityTags.Allows(Request("*"), Stored));
    }

    [Fact]
    public void With_a_condition_only_the_expected_version_may_be_edited()
    {
        var tag = EntityTags.Of(Stored);

        Assert.True(EntityTags.Allows(Request(tag), Stored));
        Assert.True(EntityTags.Allows(Request($"\"other\", {tag}"), Stored));
        Assert.True(EntityTags.Allows(Request($"W/{tag}"), Stored));
        Assert.True(EntityTags.Allows(Request(tag.Trim('"')), Stored));
        Assert.False(EntityTags.Allows(Request(tag), Stored + "x"));
        Assert.False(EntityTags.Allows(Request("nonsense"), Stored));
    }

    private static FakeRequest Request(string? ifMatch = null)
    {
        var request = new FakeRequest("PATCH", "/");
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        return request;
    }
}
