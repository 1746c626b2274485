using static Reprocessing.Domain.Tests.Filters.SampleFields;

namespace Reprocessing.Domain.Tests.Filters;

/// <summary>Each fault is told with its column, what was found and what was expected.</summary>
public sealed class ErrorTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \t\n")]
    public void An_empty_filter_is_an_error_of_its_own(string? text)
    {
        var error = Fault(text, DeadLetterFields.Catalog);

        Assert.Equal((FilterErrorKind.Empty, 1), (error.Kind, error.Column));
        Assert.Equal("The filter is empty; expected a comparison such as errorType = unknown.", error.Message);
    }

    [Theory]
    [InlineData("errorTipe = timeout", 1, "Found 'errorTipe', which is no field of dead letters. Did you mean 'errorType'?")]
    [InlineData("errorType = timeout AND fingreprint = x", 25, "Did you mean 'fingerprint'?")]
    [InlineData("retryCount = 1 OR fail = 2", 19, "Did you mean 'failedAt'?")]
    [InlineData("retryCount = 1 OR falures = 2", 19, "Did you mean 'failureCount'?")]
    [InlineData("colour = red", 1, "Expected one of errorType, failureStatus, reason,")]
    public void An_unknown_field_is_named_and_a_near_one_is_offered(string text, int column, string message)
    {
        var error = Fault(text, DeadLetterFields.Catalog);

        Assert.Equal((FilterErrorKind.UnknownField, column), (error.Kind, error.Column));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("errorType", 10, "Found the end; expected =, !=, <, <=, >, >=, IN,")]
    [InlineData("errorType timeout", 11, "Found 'timeout'; expected =,")]
    [InlineData("errorType =", 12, "Found the end; expected a value.")]
    [InlineData("errorType = AND", 13, "Found 'AND'; expected a value (quote it to mean the text).")]
    [InlineData("errorType = timeout retryCount = 1", 21, "Found 'retryCount'; expected AND, OR or the end.")]
    [InlineData("errorType = timeout AND", 24, "Found the end; expected a field, a JSONPath such as $.customer.tier, NOT or '('.")]
    [InlineData("AND errorType = timeout", 1, "Found 'AND'; expected a field,")]
    [InlineData("(errorType = timeout", 21, "Found the end; expected AND, OR or ')'.")]
    [InlineData("errorType = timeout)", 20, "Found ')'; expected AND, OR or the end.")]
    [InlineData("reason = 'abc", 10, "expected another '.")]
    [InlineData("reason ! 'abc'", 8, "Found '!' alone; expected '!='.")]
    [InlineData("priority IN same_day", 13, "expected '(' and the values of IN.")]
    [InlineData("priority IN ()", 14, "Found ')'; expected a value.")]
    [InlineData("priority IN (same_day standard)", 23, "expected ',' or ')'.")]
    [InlineData("retryCount BETWEEN 1 OR 2", 22, "Found 'OR'; expected AND and the upper end of BETWEEN.")]
    [InlineData("retryCount IS 3", 15, "Found '3'; expected NULL or NOT NULL.")]
    [InlineData("reason NOT CONTAINS x", 12, "write NOT before the field")]
    [InlineData("customerId = $.a", 14, "Found '$.a'; expected a value (quote it to mean the text).")]
    [InlineData("$ = 1", 2, "expected '.name' or '['name']' after '$'.")]
    [InlineData("$.a. = 1", 5, "Found ' ' in the path; expected a member's name")]
    [InlineData("$.a['b = 1", 11, "Found the end in the path; expected another '.")]
    [InlineData("$..* = 1", 4, "Found '*' in the path; expected a member's name")]
    [InlineData("$.a[?(@.b == 1)] = 1", 5, "Found '?' in the path; expected an index, '*' or a quoted name")]
    [InlineData("$.a[0,1] = 1", 6, "Found ',' in the path; expected ']'.")]
    [InlineData("$.a[9999999999] = 1", 5, "expected an index")]
    [InlineData("= 1", 1, "Found '='; expected a field,")]
    [InlineData("'' = 1", 1, "Found the text '', which is no field")]
    public void A_fault_is_told_where_it_is(string text, int column, string message)
    {
        var error = Fault(text, DeadLetterFields.Catalog);

        Assert.Equal((column, true), (error.Column, error.Message.Contains(message, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("errorType = timeuot", 13, "'errorType' is one of unknown, timeout, validation, command_failure, network, rate_limit, resource_exhausted, conflict. Did you mean timeout?")]
    [InlineData("errorType > timeout", 11, "Found '>' after 'errorType', whose values have no order; expected =, !=,")]
    [InlineData("priority BETWEEN standard AND same_day", 10, "whose values have no order")]
    [InlineData("retryCount CONTAINS 1", 12, "Found 'CONTAINS' after 'retryCount', which is a number; expected =,")]
    [InlineData("retryCount = many", 14, "Found 'many'; 'retryCount' is a number, expected one such as 3.")]
    [InlineData("failedAt > yesterday", 12, "'failedAt' is a time, expected one such as '2026-01-31', '2026-01-31T18:30:00Z' or now-2h.")]
    [InlineData("failedAt > 2026-13-01", 12, "'failedAt' is a time")]
    [InlineData("failedAt > now-2", 12, "'failedAt' is a time")]
    [InlineData("age > 2", 7, "'age' is a duration, expected one such as 30m, 2h or '1d 6h'.")]
    [InlineData("age > 999999999999w", 7, "'age' is a duration")]
    [InlineData("text = boom", 6, "Found '=' after 'text', which is only searched; expected CONTAINS.")]
    [InlineData("reason = null", 10, "expected IS NULL or IS NOT NULL, or 'null' in quotes to mean the text.")]
    [InlineData("reason CONTAINS ''", 17, "Found an empty text, which everything has")]
    [InlineData("$.a < true", 7, "Found 'true', which has no order; expected a number or a text.")]
    [InlineData("$.a > now-2h", 7, "a payload has texts, not times")]
    [InlineData("$.a BETWEEN 1 AND x", 19, "must both be numbers or both be texts.")]
    public void A_value_or_operator_that_is_not_for_the_field_is_told(string text, int column, string message)
    {
        var error = Fault(text, DeadLetterFields.Catalog);

        Assert.Equal((FilterErrorKind.Mismatch, column), (error.Kind, error.Column));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_fault_from_the_left_is_the_one_that_is_told()
    {
        Assert.Equal(1, Fault("nofield = 'unended").Column);
        Assert.Equal(14, Fault("RetryCount = x AND 'unended").Column);
    }
}
