using Microsoft.DurableTask;

namespace Embedded.DurableTask.Tests.Abstractions;

public sealed class RetryPolicyTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Defaults_are_the_platforms()
    {
        var policy = new RetryPolicy(3, Second);

        Assert.Equal((3, Second, 1.0), (policy.MaxNumberOfAttempts, policy.FirstRetryInterval, policy.BackoffCoefficient));
        Assert.Equal((TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan), (policy.MaxRetryInterval, policy.RetryTimeout));
        Assert.True(policy.Handle(new MyEx("any")));
    }

    public static TheoryData<string, Func<RetryPolicy>> Wrong => new()
    {
        { "maxNumberOfAttempts", static () => new RetryPolicy(0, Second) },
        { "maxNumberOfAttempts", static () => new RetryPolicy(-1, Second) },
        { "firstRetryInterval", static () => new RetryPolicy(1, TimeSpan.Zero) },
        { "firstRetryInterval", static () => new RetryPolicy(1, -Second) },
        { "backoffCoefficient", static () => new RetryPolicy(1, Second, 0.99) },
        { "backoffCoefficient", static () => new RetryPolicy(1, Second, double.NaN) },
        { "maxRetryInterval", static () => new RetryPolicy(1, Second, 1, Second / 2) },
        { "retryTimeout", static () => new RetryPolicy(1, Second, 1, null, Second / 2) },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Values_out_of_range_are_refused_by_name(string parameter, Func<RetryPolicy> create) =>
        Assert.Throws<ArgumentOutOfRangeException>(parameter, create);

    [Fact]
    public void Infinite_limits_and_limits_equal_to_the_first_wait_are_allowed()
    {
        var infinite = new RetryPolicy(1, Second, 1, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var equal = new RetryPolicy(1, Second, 1, Second, Second);

        Assert.Equal(Timeout.InfiniteTimeSpan, infinite.MaxRetryInterval);
        Assert.Equal((Second, Second), (equal.MaxRetryInterval, equal.RetryTimeout));
    }

    [Fact]
    public void Handle_asks_HandleFailure_with_the_details()
    {
        var policy = new RetryPolicy(1, Second) { HandleFailure = static failure => failure.IsCausedBy<MyEx>() };

        Assert.True(policy.Handle(new MyEx("x")));
        Assert.False(policy.Handle(new InvalidOperationException("x")));
        Assert.True(policy.Handle(new TaskFailedException("T", 1, TaskFailureDetails.FromException(new MyEx("x")))));
        Assert.Throws<ArgumentNullException>(static () => new RetryPolicy(1, Second) { HandleFailure = null! });
    }
}
