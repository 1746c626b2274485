using Embedded.DurableTask.History;
using Microsoft.DurableTask;

namespace Embedded.DurableTask.Tests.History;

public sealed class FailureRecordTests
{
    [Fact]
    public void An_exception_keeps_type_message_stack_and_inner_chain()
    {
        var failure = FailureRecord.FromException(Thrown(new MyEx("outer", new ArgumentException("inner"))));

        Assert.Equal(("MyEx", "outer"), (failure.ErrorType, failure.ErrorMessage));
        Assert.Contains(nameof(Thrown), failure.StackTrace, StringComparison.Ordinal);
        Assert.Equal(("System.ArgumentException", "inner", null), (failure.InnerFailure!.ErrorType, failure.InnerFailure.ErrorMessage, failure.InnerFailure.StackTrace));
        Assert.Null(failure.InnerFailure.InnerFailure);
    }

    [Fact]
    public void Depth_message_and_stack_are_bounded()
    {
        var exception = Enumerable.Range(0, 50).Aggregate(
            (Exception)new MyEx("innermost"), static (inner, i) => new MyEx(new string('m', 100_000) + i, inner));

        var failure = FailureRecord.FromException(exception);

        var depth = 0;
        for (var level = failure; level is not null; level = level.InnerFailure)
        {
            depth++;
            Assert.True(level.ErrorMessage.Length <= FailureRecord.MaxMessageLength);
        }

        Assert.Equal(FailureRecord.MaxDepth, depth);
        Assert.EndsWith("...", failure.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void A_deep_stack_is_cut()
    {
        var failure = FailureRecord.FromException(Assert.Throws<MyEx>(() => Dig(500)));

        Assert.InRange(failure.StackTrace!.Length, 1, FailureRecord.MaxStackLength);

        static int Dig(int depth) => depth == 0 ? throw new MyEx("bottom") : 1 + Dig(depth - 1);
    }

    [Fact]
    public void A_failed_task_keeps_what_the_task_reported()
    {
        var reported = new TaskFailureDetails("Remote.Error", "far away", "   at Far()", new TaskFailureDetails("Root", "cause", null, null, null), null);

        var failure = FailureRecord.FromException(new TaskFailedException("Act", 3, reported));

        Assert.Equal("Microsoft.DurableTask.TaskFailedException", failure.ErrorType);
        Assert.Equal("Task 'Act' (#3) failed with an unhandled exception: far away", failure.ErrorMessage);
        Assert.Equal(("Remote.Error", "Root"), (failure.InnerFailure!.ErrorType, failure.InnerFailure.InnerFailure!.ErrorType));
    }

    [Fact]
    public void Details_carry_the_same_and_an_empty_set_of_properties()
    {
        var details = new FailureRecord("A", "a", "   at A()", new FailureRecord("B", "b")).ToDetails();

        Assert.Equal(("A", "a", "   at A()"), (details.ErrorType, details.ErrorMessage, details.StackTrace));
        Assert.Equal(("B", "b", null), (details.InnerFailure!.ErrorType, details.InnerFailure.ErrorMessage, details.InnerFailure.StackTrace));
        Assert.Empty(details.Properties!);
        Assert.Empty(details.InnerFailure.Properties!);
        Assert.Equal("A: a", details.ToString());
    }

    private static Exception Thrown(Exception exception)
    {
        try
        {
            throw exception;
        }
        catch (Exception caught)
        {
            return caught;
        }
    }
}
