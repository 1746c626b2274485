using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Converters;

namespace Embedded.DurableTask.Tests.Abstractions;

public sealed class MetadataTests
{
    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Pending, false, false)]
    [InlineData(OrchestrationRuntimeStatus.Running, true, false)]
    [InlineData(OrchestrationRuntimeStatus.Suspended, false, false)]
    [InlineData(OrchestrationRuntimeStatus.ContinuedAsNew, false, false)]
    [InlineData(OrchestrationRuntimeStatus.Completed, false, true)]
    [InlineData(OrchestrationRuntimeStatus.Failed, false, true)]
    [InlineData(OrchestrationRuntimeStatus.Terminated, false, true)]
    public void Running_and_completed_follow_the_status(OrchestrationRuntimeStatus status, bool running, bool completed)
    {
        var metadata = new OrchestrationMetadata("Main", "id") { RuntimeStatus = status };

        Assert.Equal((running, completed), (metadata.IsRunning, metadata.IsCompleted));
    }

    [Fact]
    public void Inputs_and_outputs_can_be_read_if_they_were_asked_for()
    {
        var metadata = new OrchestrationMetadata("Main", "id")
        {
            DataConverter = JsonDataConverter.Default, SerializedInput = "1", SerializedOutput = "\"out\"", SerializedCustomStatus = "[2]",
        };

        Assert.Equal(1, metadata.ReadInputAs<int>());
        Assert.Equal("out", metadata.ReadOutputAs<string>());
        Assert.Equal([2], metadata.ReadCustomStatusAs<int[]>()!);
        Assert.Throws<InvalidOperationException>(() => new OrchestrationMetadata("Main", "id").ReadInputAs<int>());
    }

    [Fact]
    public void The_text_shows_the_status_and_the_beginning_of_long_values()
    {
        var metadata = new OrchestrationMetadata("Main", "id")
        {
            RuntimeStatus = OrchestrationRuntimeStatus.Failed, SerializedInput = new string('x', 100),
        };

        var text = metadata.ToString();

        Assert.StartsWith("[Name: 'Main', ID: 'id', RuntimeStatus: Failed,", text, StringComparison.Ordinal);
        Assert.Contains($"Input: '{new string('x', 40)}...'", text, StringComparison.Ordinal);
    }
}
