namespace Reprocessing.Domain.Tests.Failures;

public sealed class FailureStatusesTests
{
    [Fact]
    public void Statuses_of_the_users_own_have_an_error_type_and_a_permanence()
    {
        var (own, faults) = FailureStatuses.ParseOwn(" customs_hold : validation : permanent , carrier_strike:rate_limit:transient,, ");

        Assert.Empty(faults);
        Assert.Equal(
            [("customs_hold", ErrorType.Validation, true), ("carrier_strike", ErrorType.RateLimit, false)],
            own.Select(status => (status.Name, status.ErrorType, status.IsPermanent)));
        Assert.Empty(FailureStatuses.ParseOwn(null).Statuses);
    }

    [Theory]
    [InlineData("customs_hold")]
    [InlineData("customs_hold:validation")]
    [InlineData("customs_hold:nonsense:permanent")]
    [InlineData("customs_hold:validation:forever")]
    [InlineData("Customs_Hold:validation:permanent")]
    [InlineData("customs hold:validation:permanent")]
    [InlineData("1st:validation:permanent")]
    [InlineData("x:validation:permanent")]
    [InlineData("and_or:validation:permanent,and_or:network:transient")]
    [InlineData("between:validation:permanent")]
    [InlineData("picking_failed:validation:permanent")]
    [InlineData("pending_retry:validation:permanent")]
    [InlineData("failed:validation:permanent")]
    public void A_status_that_could_not_be_told_or_is_taken_is_a_fault(string text) => Assert.NotEmpty(FailureStatuses.ParseOwn(text).Faults);

    [Fact]
    public void A_status_that_other_settings_may_know_is_told_from_a_mistake()
    {
        Assert.Equal(FilterErrorKind.UnknownChoice, FilterExpression.Parse("failureStatus = customs_hold", DeadLetterFields.Catalog).Error?.Kind);
        Assert.Equal(FilterErrorKind.UnknownChoice, FilterExpression.Parse("orderStatus = customs_hold", WorkflowFields.Catalog).Error?.Kind);
        Assert.Equal(FilterErrorKind.Mismatch, FilterExpression.Parse("errorType = customs_hold", DeadLetterFields.Catalog).Error?.Kind);
        Assert.NotNull(FailureStatuses.Problem("customs_hold"));
    }
}
