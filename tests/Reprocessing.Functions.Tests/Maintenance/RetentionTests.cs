using System.Globalization;
using Reprocessing.Functions.Maintenance;
using Reprocessing.Functions.Tests.Jobs.Requests;

namespace Reprocessing.Functions.Tests.Maintenance;

public sealed class RetentionTests
{
    private const int Pages = 6;
    private static readonly TimeSpan OfAPage = TimeSpan.FromSeconds(7);

    private readonly FakeEngine _engine = new();
    private readonly SettableClock _clock = new(Backlog.Start);
    private readonly List<string?> _read = [];

    /// <summary>However much there is: a tick ends in time for the others, and what it has not looked at is not looked at from the beginning again.</summary>
    [Fact]
    public async Task A_tick_takes_as_many_pages_as_its_time_allows_and_the_next_one_goes_on()
    {
        _engine.Mock.Setup(client => client.GetAllInstancesAsync(It.IsAny<OrchestrationQuery>())).Returns(() => Pageable.Create(ReadAsync));
        var retention = new Retention(
            null!, null!, null!, null!, null!, null!, null!, Options.Create(new RetentionOptions()), new MeterReader().Metrics, _clock, new RecordingLogger<Retention>());
        List<string?> positions = [];
        for (string? position = null; positions is not [.., null];)
        {
            position = await retention.RunAsync("instance", _engine.Client, position, CancellationToken.None);
            positions.Add(position);
        }

        Assert.Equal(["3", null], positions);
        Assert.Equal([null, "1", "2", "3", "4", "5"], _read);
    }

    private Task<Microsoft.DurableTask.Page<OrchestrationMetadata>> ReadAsync(string? token, int? size, CancellationToken cancellationToken)
    {
        _read.Add(token);
        _clock.Now += OfAPage;
        var next = int.Parse(token ?? "0", CultureInfo.InvariantCulture) + 1;
        return Task.FromResult(new Microsoft.DurableTask.Page<OrchestrationMetadata>([], next < Pages ? next.ToString(CultureInfo.InvariantCulture) : null));
    }
}
