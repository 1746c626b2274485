using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Tests.Abstractions;

public sealed class OptionsTests
{
    private static readonly RetryPolicy Policy = new(2, TimeSpan.FromSeconds(1));

    [Fact]
    public async Task Retry_options_hold_a_policy_or_a_handler()
    {
        TaskRetryOptions byPolicy = Policy;
        TaskRetryOptions byHandler = (RetryHandler)(static context => context.LastAttemptNumber < 2);
        TaskRetryOptions byAsyncHandler = (AsyncRetryHandler)(static _ => Task.FromResult(true));

        Assert.Same(Policy, byPolicy.Policy);
        Assert.Null(byPolicy.Handler);
        Assert.Null(byHandler.Policy);
        Assert.True(await byHandler.Handler!(new RetryContext(null!, 1, null!, TimeSpan.Zero, default)));
        Assert.False(await byHandler.Handler!(new RetryContext(null!, 2, null!, TimeSpan.Zero, default)));
        Assert.NotNull(byAsyncHandler.Handler);
        Assert.Throws<ArgumentNullException>(static () => new TaskRetryOptions((RetryPolicy)null!));
        Assert.Throws<ArgumentNullException>(static () => TaskRetryOptions.FromRetryHandler((RetryHandler)null!));
    }

    [Fact]
    public void Task_options_become_sub_orchestration_options_with_an_id()
    {
        var options = new TaskOptions(Policy) { Version = "2", Tags = new Dictionary<string, string> { ["k"] = "v" } };

        var child = options.WithInstanceId("child");

        Assert.Equal("child", child.InstanceId);
        Assert.Same(Policy, child.Retry!.Policy);
        Assert.Equal("v", child.Tags!["k"]);
        Assert.Equal("2", child.Version!.Value.Version);
        Assert.Equal("2", ((TaskOptions)child).Version!.Value.Version);
    }

    [Fact]
    public void A_sub_orchestrations_own_id_stays_unless_another_is_given()
    {
        var original = new SubOrchestrationOptions(Policy, "first") { Version = "3" };

        Assert.Equal("first", new SubOrchestrationOptions((TaskOptions)original).InstanceId);
        Assert.Equal("second", new SubOrchestrationOptions(original, "second").InstanceId);
        Assert.Equal("3", new SubOrchestrationOptions((TaskOptions)original).Version!.Value.Version);
        Assert.Equal(original, original with { });
        Assert.NotEqual(original, original with { InstanceId = "other" });
    }

    [Fact]
    public void Dedupe_statuses_are_kept_by_name_with_all_else()
    {
        var options = new StartOrchestrationOptions("id", DateTimeOffset.UnixEpoch) { Version = "1" };

        var deduped = options.WithDedupeStatuses(OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Completed);

        Assert.Equal(["Running", "Completed"], deduped.DedupeStatuses);
        Assert.Equal(("id", DateTimeOffset.UnixEpoch, "1"), (deduped.InstanceId, deduped.StartAt, deduped.Version?.Version));
        Assert.Null(options.DedupeStatuses);
        Assert.DoesNotContain(OrchestrationRuntimeStatus.ContinuedAsNew, StartOrchestrationOptionsExtensions.ValidDedupeStatuses);
    }

    [Fact]
    public void Names_and_versions_are_equal_without_regard_to_case()
    {
        TaskName name = "Ship";
        TaskVersion version = "1.0-Beta";

        Assert.True(name == new TaskName("SHIP"));
        Assert.Equal(name.GetHashCode(), new TaskName("ship").GetHashCode());
        Assert.Equal("Ship", (string)name);
        Assert.Equal(default, (TaskName)"");
        Assert.Equal("", default(TaskName).ToString());
        Assert.True(version == new TaskVersion("1.0-BETA"));
        Assert.Equal(TaskVersion.Unversioned, new TaskVersion(null));
        Assert.Equal("", TaskVersion.Unversioned.Version);
    }
}
