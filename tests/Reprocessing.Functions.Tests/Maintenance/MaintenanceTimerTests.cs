using Reprocessing.Storage.Maintenance;
using Reprocessing.Functions.Maintenance;

namespace Reprocessing.Functions.Tests.Maintenance;

public sealed class MaintenanceTimerTests
{
    private readonly FakeStorage _storage = new();
    private readonly FakeEngine _engine = new();
    private readonly MeterReader _meters = new();
    private readonly RecordingLogger<MaintenanceTimer> _logger = new();
    private readonly Mock<TimeProvider> _time = new() { CallBase = true };
    private readonly List<string> _taken = [];
    private DateTimeOffset _now = Backlog.Start;
    private TimeSpan _worked;

    public MaintenanceTimerTests()
    {
        _time.Setup(time => time.GetUtcNow()).Returns(() => _now);
        _time.Setup(time => time.GetTimestamp()).Returns(() => (long)(_worked.TotalSeconds * TimeProvider.System.TimestampFrequency));
    }

    private MaintenanceState State => new(_storage.Tables);

    [Fact]
    public async Task Steps_are_taken_when_they_are_due_whichever_process_ticks()
    {
        MaintenanceStep[] steps = [Step("each", MaintenanceStep.EveryTick), Step("regular", null), Step("daily", TimeSpan.FromDays(1))];

        foreach (var minute in new[] { 0, 1, 4, 5, 6, 1_441 })
        {
            _now = Backlog.Start.AddMinutes(minute);
            _taken.Add($"{minute}:");
            await TickAsync(steps);
        }

        Assert.Equal("0: each regular daily 1: each 4: each 5: each regular 6: each 1441: each daily regular", string.Join(' ', _taken));
        Assert.Equal(["daily", "regular"], (await State.ReadAsync(default)).Keys.Order());
    }

    [Fact]
    public async Task A_step_that_has_more_to_do_goes_on_with_the_next_tick_where_it_was()
    {
        List<string?> positions = [];
        MaintenanceStep step = new("long", TimeSpan.FromDays(1), (_, position, _) =>
        {
            positions.Add(position);
            return Task.FromResult(position switch { null => "a", "a" => "b", _ => null });
        });

        for (var minute = 0; minute < 5; minute++)
        {
            _now = Backlog.Start.AddMinutes(minute);
            await TickAsync(step);
        }

        Assert.Equal([null, "a", "b"], positions);
        Assert.Equal(new StepState(Backlog.Start.AddMinutes(2), null), (await State.ReadAsync(default))["long"]);
    }

    [Fact]
    public async Task A_step_that_fails_stops_no_other_is_counted_and_is_taken_again_from_its_beginning()
    {
        List<string?> positions = [];
        MaintenanceStep broken = new("broken", null, (_, position, _) =>
        {
            positions.Add(position);
            return positions.Count == 1 ? Task.FromResult<string?>("half") : throw new InvalidOperationException("No.");
        });

        await TickAsync(broken);
        await TickAsync(broken, Step("next", MaintenanceStep.EveryTick));
        await TickAsync(broken);

        Assert.Equal([null, "half", null], positions);
        Assert.Equal(["next"], _taken);
        Assert.Equal(2, _logger.Entries.Count(entry => entry is { Level: LogLevel.Error, Id: 5340 }));
        Assert.Contains(
            ("reprocessing.maintenance.step.duration", 0.0, "reprocessing.maintenance.step=broken,error.type=InvalidOperationException"), _meters.Read());
    }

    [Fact]
    public async Task What_there_is_no_time_for_is_the_next_ticks_first()
    {
        var steps = new[] { "a", "b", "c" }.Select(name => new MaintenanceStep(name, null, (_, _, _) =>
        {
            _taken.Add(name);
            _worked += TimeSpan.FromMinutes(1);
            return Task.FromResult<string?>(null);
        })).ToArray();

        await TickAsync(steps);
        _now += TimeSpan.FromMinutes(5);
        await TickAsync(steps);

        Assert.Equal(["a", "b", "c", "a"], _taken);
        Assert.Equal(["c", "b"], _logger.Entries.Where(entry => entry.Id == 5342).Select(entry => entry.Message.Split(' ')[6].TrimEnd(',')));
    }

    private MaintenanceStep Step(string name, TimeSpan? interval) => new(name, interval, (_, _, _) =>
    {
        _taken.Add(name);
        return Task.FromResult<string?>(null);
    });

    private Task TickAsync(params MaintenanceStep[] steps) => new MaintenanceTimer(
        steps, State, Options.Create(new MaintenanceOptions()), _meters.Metrics, _time.Object, _logger).RunAsync(new(), _engine.Client, default);
}
