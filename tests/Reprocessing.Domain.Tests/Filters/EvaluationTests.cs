using static Reprocessing.Domain.Tests.Filters.SampleFields;

namespace Reprocessing.Domain.Tests.Filters;

public sealed class EvaluationTests
{
    private static readonly SampleItem Item = new(
        new Dictionary<FilterField, object>
        {
            [InstanceId] = "order-Ä1",
            [ExecutionStatus] = "Failed",
            [RetryCount] = 3m,
            [StartTime] = Now.AddHours(-3),
            [Everything] = "order-Ä1\nBoom at the DOCK",
        },
        """{"tier":"gold","none":null,"n":3,"big":123456789012345678901234567890123,"half":0.5,"yes":true,"items":[{"sku":"A","qty":1},{"sku":"B","qty":2}],"at":"2026-01-01T00:00:00Z","a b":{"it's":1}}""");

    [Theory]
    [InlineData("InstanceId = 'order-Ä1'", true)]
    [InlineData("InstanceId = 'Order-Ä1'", false)]
    [InlineData("InstanceId CONTAINS 'ÄR'", false)]
    [InlineData("InstanceId CONTAINS 'R-ä'", true)]
    [InlineData("InstanceId STARTSWITH 'order-'", true)]
    [InlineData("InstanceId STARTSWITH 'Order-'", false)]
    [InlineData("InstanceId > 'order'", true)]
    [InlineData("status = FAILED", true)]
    [InlineData("status STARTSWITH fail", true)]
    [InlineData("status NOT IN (running, timedOut)", true)]
    [InlineData("RetryCount BETWEEN 3 AND 4", true)]
    [InlineData("RetryCount != 3", false)]
    [InlineData("StartTime < now-2h", true)]
    [InlineData("Age > 2h 59m", true)]
    [InlineData("Age BETWEEN 1h AND 2h", false)]
    [InlineData("Everything CONTAINS dock", true)]
    public void Fields_are_compared(string text, bool expected) => Check(text, expected);

    [Theory]
    [InlineData("Took = 1h", false)]
    [InlineData("Took != 1h", false)]
    [InlineData("Took NOT IN (1h)", false)]
    [InlineData("NOT Took = 1h", true)]
    [InlineData("Took IS NULL", true)]
    [InlineData("NOT Took IS NULL", false)]
    [InlineData("$.missing != 1", false)]
    [InlineData("NOT $.missing = 1", true)]
    [InlineData("$.missing = null", false)]
    [InlineData("$.missing IS NULL", true)]
    [InlineData("$.none IS NULL", true)]
    [InlineData("$.none = null", true)]
    [InlineData("$.none IS NOT NULL", false)]
    public void A_comparison_with_what_is_missing_is_false(string text, bool expected) => Check(text, expected);

    [Theory]
    [InlineData("$.tier = gold", true)]
    [InlineData("$.tier = 'Gold'", false)]
    [InlineData("$.n = 3", true)]
    [InlineData("$.n = '3'", false)]
    [InlineData("$.n != '3'", true)]
    [InlineData("$.n > '2'", false)]
    [InlineData("$.half = 0.5", true)]
    [InlineData("$.big > 79228162514264337593543950334", true)]
    [InlineData("$.yes = true", true)]
    [InlineData("$.yes != false", true)]
    [InlineData("$.at > '2025-12-31'", true)]
    [InlineData("$.at = '2026-01-01T00:00:00Z'", true)]
    [InlineData("$.items[*].sku = B", true)]
    [InlineData("NOT $.items[*].sku = C", true)]
    [InlineData("$.items[1].qty BETWEEN 2 AND 3", true)]
    [InlineData("$..qty > 1", true)]
    [InlineData("$['a b']['it\\'s'] = 1", true)]
    [InlineData("$..['it\\'s'] = 1", true)]
    [InlineData("$.items = 1", false)]
    [InlineData("$.items != 1", true)]
    [InlineData("$.items IS NOT NULL", true)]
    [InlineData("$.* = gold", true)]
    public void Payloads_are_compared_by_path(string text, bool expected) => Check(text, expected);

    [Fact]
    public void Without_its_payload_an_item_is_decided_where_its_fields_suffice()
    {
        Assert.False(Parse("RetryCount = 3").At(Now).NeedsPayload);
        Assert.Null(Ask("$.tier = gold"));
        Assert.False(Ask("RetryCount = 4 AND $.tier = gold"));
        Assert.False(Ask("$.tier = gold AND RetryCount = 4"));
        Assert.True(Ask("$.tier = gold OR RetryCount = 3"));
        Assert.Null(Ask("NOT $.tier = gold AND RetryCount = 3"));
        Assert.Null(Ask("$.tier IS NULL"));

        static bool? Ask(string text)
        {
            var filter = Parse(text).At(Now);
            Assert.Equal(text.Contains('$', StringComparison.Ordinal), filter.NeedsPayload);
            return filter.EvaluateWithoutPayload(Item);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("no json")]
    [InlineData("{\"tier\":")]
    [InlineData("[]")]
    [InlineData("3")]
    public void A_payload_that_is_none_has_no_values(string? payload)
    {
        Assert.False(Parse("$.tier = gold").At(Now).Matches(Item, payload));
        Assert.True(Parse("$.tier IS NULL").At(Now).Matches(Item, payload));
    }

    [Fact]
    public void A_payload_deeper_than_any_is_no_payload() =>
        Assert.False(Parse("$..a = 1").At(Now).Matches(Item, string.Concat(Enumerable.Repeat("{\"a\":", 10_000)) + "1" + new string('}', 10_000)));

    private static void Check(string text, bool expected) => Assert.Equal(expected, Parse(text).At(Now).Matches(Item, Item.Payload));
}
