using Reprocessing.Storage.Workflows;

namespace Reprocessing.Functions.Tests.Jobs;

public sealed class ProjectOutcomesTests
{
    private readonly Mock<IOutcomeProjection> _outcomes = new();
    private readonly Mock<IWorkflowIndex> _workflows = new();
    private readonly RecordingLogger<ProjectOutcomes> _logger = new();

    [Theory]
    [InlineData(3, "3 restarted workflows have ended and are counted with their jobs")]
    [InlineData(0, null)]
    public async Task A_tick_folds_once_and_tells_of_what_was_there(int count, string? told)
    {
        _outcomes.Setup(outcomes => outcomes.ProjectAsync(It.IsAny<CancellationToken>())).ReturnsAsync(count);

        await new ProjectOutcomes(_outcomes.Object, _workflows.Object, _logger).RunAsync(default);

        _outcomes.Verify(outcomes => outcomes.ProjectAsync(It.IsAny<CancellationToken>()), Times.Once);
        _workflows.Verify(workflows => workflows.ProjectAsync(It.IsAny<CancellationToken>()), Times.Once);
        Assert.Equal(told is null ? [] : [(LogLevel.Debug, 5300, told)], _logger.Entries);
    }
}
