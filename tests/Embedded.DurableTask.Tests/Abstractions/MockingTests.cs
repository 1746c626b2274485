using Embedded.DurableTask.Tests.Engine;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Moq;
using Moq.Protected;

namespace Embedded.DurableTask.Tests.Abstractions;

/// <summary>Apps test their orchestrators and triggers with mocks of these classes, as they do with the official ones.</summary>
public sealed class MockingTests
{
    [Fact]
    public async Task The_orchestrators_context_can_be_mocked()
    {
        var context = new Mock<TaskOrchestrationContext>(MockBehavior.Strict);
        context.SetupGet(c => c.InstanceId).Returns("inst");
        context.Setup(c => c.CallActivityAsync<int>("A", 1, null)).ReturnsAsync(41);
        context.Setup(c => c.CallSubOrchestratorAsync<string>("Child", It.IsAny<object>(), It.IsAny<TaskOptions>())).ReturnsAsync("x");
        context.Setup(c => c.WaitForExternalEvent<string>("e", It.IsAny<CancellationToken>())).ReturnsAsync("raised");
        context.Setup(c => c.CreateTimer(It.IsAny<DateTime>(), It.IsAny<CancellationToken>())).Returns(Task.CompletedTask);
        context.Setup(c => c.ContinueAsNew(7, true));

        Assert.Equal(41, await context.Object.CallActivityAsync<int>("A", 1));
        Assert.Equal("x", await context.Object.CallSubOrchestratorAsync<string>("Child", "in"));
        Assert.Equal("raised", await context.Object.WaitForExternalEvent<string>("e"));
        await context.Object.CreateTimer(DateTime.UnixEpoch, CancellationToken.None);
        context.Object.ContinueAsNew(7);
        Assert.Equal("inst", context.Object.InstanceId);
        context.VerifyAll();
    }

    [Fact]
    public async Task Overloads_end_in_the_abstract_members()
    {
        var context = new Mock<TaskOrchestrationContext> { CallBase = true };
        var options = new TaskOptions();
        context.SetupGet(c => c.CurrentUtcDateTime).Returns(DateTime.UnixEpoch);
        // To Moq a setup for object fits every type, and the latest setup that fits is taken.
        context.Setup(c => c.CallActivityAsync<object>("A", null, options)).ReturnsAsync(new object());
        context.Setup(c => c.CallActivityAsync<int>("A", null, options)).ReturnsAsync(1);
        context.Setup(c => c.CallSubOrchestratorAsync<object>("C", null, options)).ReturnsAsync(new object());
        context.Setup(c => c.CallSubOrchestratorAsync<int>("C", null, options)).ReturnsAsync(2);

        Assert.Equal(1, await context.Object.CallActivityAsync<int>("A", options));
        await context.Object.CallActivityAsync("A", options);
        Assert.Equal(2, await context.Object.CallSubOrchestratorAsync<int>("C", options));
        await context.Object.CallSubOrchestratorAsync("C", options);
        await context.Object.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
        context.Object.ContinueAsNew(new ContinueAsNewOptions { NewInput = 1, PreserveUnprocessedEvents = false });

        context.VerifyAll();
        context.Verify(c => c.CreateTimer(DateTime.UnixEpoch.AddHours(1), CancellationToken.None));
        context.Verify(c => c.ContinueAsNew(1, false));
        Assert.Throws<NotSupportedException>(() => context.Object.ContinueAsNew(new ContinueAsNewOptions { NewVersion = "2" }));
        Assert.Equal(("", 0), (context.Object.Version, context.Object.Properties.Count));
    }

    [Fact]
    public async Task A_wait_with_a_timeout_on_a_mock_uses_its_timer_and_its_event()
    {
        var context = new Mock<TaskOrchestrationContext> { CallBase = true };
        context.Setup(c => c.CreateTimer(It.IsAny<DateTime>(), It.IsAny<CancellationToken>()))
            .Returns(static (DateTime _, CancellationToken lost) => Task.Delay(Timeout.InfiniteTimeSpan, lost));
        context.Setup(c => c.WaitForExternalEvent<int>("e", It.IsAny<CancellationToken>())).ReturnsAsync(5);

        Assert.Equal(5, await context.Object.WaitForExternalEvent<int>("e", TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void A_mocks_logger_is_silent_while_it_replays()
    {
        var log = new ListLoggerFactory();
        var context = new Mock<TaskOrchestrationContext> { CallBase = true };
        context.Protected().SetupGet<ILoggerFactory>("LoggerFactory").Returns(log);

        context.SetupGet(c => c.IsReplaying).Returns(true);
        context.Object.CreateReplaySafeLogger<MockingTests>().LogLine("replayed");
        context.SetupGet(c => c.IsReplaying).Returns(false);
        context.Object.CreateReplaySafeLogger(GetType()).LogLine("live");

        Assert.Equal(["live"], log.Lines);
    }

    [Fact]
    public async Task The_client_can_be_mocked()
    {
        var client = new Mock<DurableTaskClient>("hub") { CallBase = true };
        client.Setup(c => c.ScheduleNewOrchestrationInstanceAsync("Main", It.IsAny<object>(), It.IsAny<StartOrchestrationOptions>(), default))
            .ReturnsAsync("id");
        client.Setup(c => c.GetInstancesAsync("id", true, default)).ReturnsAsync(new OrchestrationMetadata("Main", "id"));
        client.Setup(c => c.PurgeAllInstancesAsync(It.IsAny<PurgeInstancesFilter>(), null, default)).ReturnsAsync(new PurgeResult(3));
        client.Setup(c => c.TerminateInstanceAsync("id", It.IsAny<TerminateInstanceOptions>(), default)).Returns(Task.CompletedTask);

        Assert.Equal("id", await client.Object.ScheduleNewOrchestrationInstanceAsync("Main", CancellationToken.None));
        Assert.Equal("id", await client.Object.ScheduleNewOrchestrationInstanceAsync("Main", 1, CancellationToken.None));
        Assert.Equal("id", await client.Object.ScheduleNewOrchestrationInstanceAsync("Main", new StartOrchestrationOptions("id")));
        Assert.Equal("Main", (await client.Object.GetInstanceAsync("id", getInputsAndOutputs: true))!.Name);
        Assert.Equal(3, (await client.Object.PurgeInstancesAsync(DateTimeOffset.UnixEpoch, null)).PurgedInstanceCount);
        await client.Object.TerminateInstanceAsync("id", (object)"bye");

        client.Verify(c => c.TerminateInstanceAsync("id", new TerminateInstanceOptions("bye", false), default));
        Assert.Equal("hub", client.Object.Name);
        await Assert.ThrowsAsync<NotSupportedException>(() => client.Object.RestartAsync("id"));
        await Assert.ThrowsAsync<NotSupportedException>(() => client.Object.RewindInstanceAsync("id", "why"));
        await Assert.ThrowsAsync<NotSupportedException>(() => client.Object.ListInstanceIdsAsync());
        await Assert.ThrowsAsync<NotSupportedException>(() => client.Object.PurgeInstanceAsync("id"));
    }
}
