using static Reprocessing.Domain.Tests.Filters.SampleFields;

namespace Reprocessing.Domain.Tests.Filters;

/// <summary>What is written, and the canonical form that it is read as.</summary>
public sealed class ReadingTests
{
    [Theory]
    [InlineData("error_type=timeout", "errorType = timeout")]
    [InlineData("ERRORTYPE == 'Timeout'", "errorType = timeout")]
    [InlineData("error-type <> rateLimit", "errorType != rate_limit")]
    [InlineData("errorType = timeout AND failureCount >= 3 AND $.customer.tier = 'gold'", "errorType = timeout AND failureCount >= 3 AND $.customer.tier = 'gold'")]
    [InlineData("priority in (same_day,\"next_day\")", "priority IN (same_day, next_day)")]
    [InlineData("customer not in (C-1, 'C 2')", "customerId NOT IN ('C-1', 'C 2')")]
    [InlineData("reason contains \"it's\"", "reason CONTAINS 'it''s'")]
    [InlineData("reason contains 'it''s'", "reason CONTAINS 'it''s'")]
    [InlineData("orderId starts_with ORD-", "orderId STARTSWITH 'ORD-'")]
    [InlineData("failed_at >= 2026-01-01", "failedAt >= '2026-01-01T00:00:00Z'")]
    [InlineData("failedAt >= '2026-01-01T10:30+02:00'", "failedAt >= '2026-01-01T08:30:00Z'")]
    [InlineData("failedAt >= 2026-01-01 10:30", "failedAt >= '2026-01-01T10:30:00Z'")]
    [InlineData("failedAt between 2026-01-01 and now", "failedAt BETWEEN '2026-01-01T00:00:00Z' AND now")]
    [InlineData("failedAt > now-2h", "failedAt > now-2h")]
    [InlineData("failedAt > NOW - 90m", "failedAt > now-1h30m")]
    [InlineData("age > 1d 6h and age < '2w'", "age > 1d6h AND age < 14d")]
    [InlineData("customerId = 0042", "customerId = '0042'")]
    [InlineData("retryCount = 3.0", "retryCount = 3")]
    [InlineData("customerId is null or not reason is not null", "customerId IS NULL OR NOT reason IS NOT NULL")]
    [InlineData("text contains boom", "text CONTAINS 'boom'")]
    [InlineData("not (retryCount=1 or retryCount=2) and retryCount<9", "NOT (retryCount = 1 OR retryCount = 2) AND retryCount < 9")]
    [InlineData("((retryCount=1)) or (retryCount=2 and retryCount=3)", "retryCount = 1 OR retryCount = 2 AND retryCount = 3")]
    [InlineData("retryCount=1 or (retryCount=2 or retryCount=3)", "retryCount = 1 OR (retryCount = 2 OR retryCount = 3)")]
    [InlineData("$['a b'][0] != true", "$['a b'][0] != true")]
    [InlineData("$[\"tier\"].x[*] = 1.50", "$.tier.x[*] = 1.5")]
    [InlineData("$.größe = null", "$['größe'] = null")]
    [InlineData("$..sku in ('A', B, 3)", "$..sku IN ('A', 'B', 3)")]
    [InlineData("$.total between 1e2 and 250", "$.total BETWEEN 100 AND 250")]
    [InlineData("$.zip = '0042'", "$.zip = '0042'")]
    [InlineData("$['it\\'s'] CONTAINS 3", "$['it\\'s'] CONTAINS '3'")]
    public void A_filter_of_dead_letters_is_read_as(string text, string canonical)
    {
        var expression = Parse(text, DeadLetterFields.Catalog);

        Assert.Equal(canonical, expression.ToString());
        Assert.Equal(expression, Parse(canonical, DeadLetterFields.Catalog));
    }

    [Fact]
    public void Another_catalog_brings_other_fields_and_the_same_grammar()
    {
        var expression = Parse("executionstatus = 'Failed' AND StartTime > '2026-01-01' AND instance_id STARTS_WITH 'order-' AND retry_count BETWEEN 1 AND 3");

        Assert.Equal(
            "ExecutionStatus = Failed AND StartTime > '2026-01-01T00:00:00Z' AND InstanceId STARTSWITH 'order-' AND RetryCount BETWEEN 1 AND 3",
            expression.ToString());
    }

    [Fact]
    public void A_catalog_whose_names_could_not_be_told_apart_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new FieldCatalog("x", [new("errorType", FieldKind.Text), new("error_type", FieldKind.Text)]));
        Assert.Throws<ArgumentException>(() => new FieldCatalog("x", [new("and", FieldKind.Text)]));
        Assert.Throws<ArgumentException>(() => new FieldCatalog("x", [new("two words", FieldKind.Text)]));
        Assert.Throws<ArgumentException>(() => new FieldCatalog("x", [new("a", FieldKind.Choice) { Choices = ["in"] }]));
    }
}
