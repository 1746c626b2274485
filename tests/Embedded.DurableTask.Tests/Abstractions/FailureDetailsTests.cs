using Microsoft.DurableTask;

namespace Embedded.DurableTask.Tests.Abstractions;

public sealed class FailureDetailsTests
{
    [Theory]
    [InlineData("System.ArgumentNullException", typeof(ArgumentException), true)]
    [InlineData("System.ArgumentNullException", typeof(Exception), true)]
    [InlineData("System.ArgumentException", typeof(ArgumentNullException), false)]
    [InlineData("MyEx", typeof(MyEx), true)]
    [InlineData("System.Text.Json.JsonException", typeof(Exception), true)]
    [InlineData("Gone.Exception", typeof(Exception), false)]
    [InlineData("System.String", typeof(Exception), false)]
    [InlineData("(unknown)", typeof(Exception), false)]
    [InlineData("", typeof(Exception), false)]
    public void A_failure_is_caused_by_its_type_and_its_bases(string errorType, Type target, bool expected) =>
        Assert.Equal(expected, new TaskFailureDetails(errorType, "m", null, null, null).IsCausedBy(target));

    [Fact]
    public void Inner_failures_do_not_count()
    {
        var details = TaskFailureDetails.FromException(new InvalidOperationException("outer", new MyEx("inner")));

        Assert.False(details.IsCausedBy<MyEx>());
        Assert.True(details.InnerFailure!.IsCausedBy<MyEx>());
        Assert.Equal("System.InvalidOperationException: outer", details.ToString());
    }

    [Fact]
    public void Only_exceptions_can_be_causes() => Assert.Throws<ArgumentException>(
        static () => TaskFailureDetails.FromException(new MyEx("x")).IsCausedBy(typeof(string)));

    [Fact]
    public void A_failed_task_names_itself()
    {
        var byDetails = new TaskFailedException("Ship", 4, new TaskFailureDetails("T", "no stock", null, null, null));
        var byException = new TaskFailedException("Ship", 4, new MyEx("no stock"));

        Assert.Equal("Task 'Ship' (#4) failed with an unhandled exception: no stock", byDetails.Message);
        Assert.Equal(byDetails.Message, byException.Message);
        Assert.Equal(("Ship", 4), (byException.TaskName, byException.TaskId));
        Assert.Null(byDetails.InnerException);
        Assert.IsType<MyEx>(byException.InnerException);
        Assert.Equal("MyEx", byException.FailureDetails.ErrorType);
    }
}
