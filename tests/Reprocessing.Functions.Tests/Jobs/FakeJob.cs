using System.Globalization;

namespace Reprocessing.Functions.Tests.Jobs;

/// <summary>A planned job with its stored items, and the activities that the slice orchestration calls for it.</summary>
internal sealed class FakeJob
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly SortedDictionary<string, ItemState> _rows = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTime> _startedAt = [];
    private readonly HashSet<string> _inHand = [];
    private readonly HashSet<string> _reserved = [];

    public FakeJob(int items)
    {
        for (var number = 0; number < items; number++)
        {
            _rows.Add(Name(number), ItemState.Pending);
        }

        Engine = new OrchestrationSimulation(Start.UtcDateTime)
            .Event<JsonElement?>()
            .Activity<SelectItemsInput, ItemSlice>(nameof(SelectItems), SelectTime, Select)
            .Activity<string, JobControl>(nameof(ReadJobControl), TimeSpan.Zero, _ => Control)
            .Activity<string, JobControl>(nameof(PauseJob), TimeSpan.Zero, _ => Pause())
            .Activity<EndJobInput, ReprocessingResult>(nameof(EndJob), TimeSpan.Zero, End)
            .Activity<AbandonItemsInput, ItemsResponse>(nameof(AbandonItems), TimeSpan.FromMilliseconds(20), Abandon);
        TakesForAChunk(TimeSpan.FromMilliseconds(50)).TakesForALook(TimeSpan.FromMilliseconds(20));
    }

    public static TimeSpan SelectTime { get; } = TimeSpan.FromMilliseconds(100);

    public OrchestrationSimulation Engine { get; }

    public JobControl Control { get; private set; } = new(1, DesiredState.Run, new Pace());

    /// <summary>What becomes of an item at its n-th attempt.</summary>
    public Func<string, int, ItemState> Outcome { get; set; } = (_, _) => ItemState.Succeeded;

    /// <summary>From an item's start to its outcome, where that is waited for.</summary>
    public TimeSpan WorkTime { get; set; } = TimeSpan.FromSeconds(3);

    public Func<int, bool> CallFails { get; set; } = _ => false;

    /// <summary>Whether the n-th selection fails, counted from 0.</summary>
    public Func<int, bool> SelectFails { get; set; } = _ => false;

    /// <summary>Whether a pause that the job asks for itself cannot be stored; by the number of times that it has asked.</summary>
    public Func<int, bool> PauseFails { get; set; } = _ => false;

    public List<(DateTime At, string Id)> Begun { get; } = [];

    public int MostInHand { get; private set; }

    public int ProcessCalls { get; private set; }

    public int SelectCalls { get; private set; }

    public int PauseCalls { get; private set; }

    public EndJobInput? Ended { get; private set; }

    public List<string> GivenBack { get; } = [];

    /// <summary>Items that the job keeps others off, or has begun and not ended.</summary>
    public IEnumerable<string> Held => _reserved.Concat(_inHand).Concat(_rows.Where(row => row.Value == ItemState.Running).Select(row => row.Key));

    public IReadOnlyDictionary<string, ItemState> Rows => _rows;

    public TimeSpan Elapsed => Engine.Now - Start.UtcDateTime;

    public static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"item-{number:D5}");

    public FakeJob TakesForAChunk(TimeSpan time)
    {
        Engine.Activity<ProcessItemsInput, ItemsResponse>(nameof(ProcessItems), time, Process);
        return this;
    }

    public FakeJob TakesForALook(TimeSpan time)
    {
        Engine.Activity<WatchItemsInput, ItemsResponse>(nameof(WatchItems), time, Watch);
        return this;
    }

    public JobCheckpoint Input(Pace? pace = null)
    {
        Control = Control with { Pace = pace ?? Control.Pace };
        return new(
            "job-1",
            JobOperation.Retry,
            new ReprocessingResult(Start),
            Start,
            new(new(20, SliceSizes.JobUnderWay), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(3)),
            Control)
        {
            Expected = _rows.Count,
        };
    }

    public Task<ReprocessingResult> RunAsync(JobCheckpoint? checkpoint = null) =>
        Engine.RunAsync<JobInput, ReprocessingResult>(new("job-1", checkpoint ?? Input()), JobOrchestrator.RunAsync);

    /// <summary>An operator changes the control at a moment; the event may get lost.</summary>
    public void Operate(double seconds, DesiredState demand, Pace? pace = null, bool isHeard = true) => Engine.At(TimeSpan.FromSeconds(seconds), () =>
    {
        Control = Control with { Pace = pace ?? Control.Pace };
        var told = Set(demand);
        if (isHeard)
        {
            Engine.Raise(told);
        }
    });

    /// <summary>As an earlier generation has left it.</summary>
    public void Put(string id, ItemState state) => _rows[id] = state;

    /// <summary>What is done about a job whose orchestration is gone.</summary>
    public async Task ReleaseAsync()
    {
        Set(DesiredState.Cancel);
        var kind = new Mock<IJobKind>();
        kind.SetupGet(one => one.Operation).Returns(JobOperation.Retry);
        kind.Setup(one => one.AbandonAsync(It.IsAny<ProcessRequest>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((ProcessRequest request, CancellationToken _) => [.. request.Items.Select(LetGo)]);
        var store = new FakeJobStore();
        store.Put([.. _rows.Select(row => (row.Key, row.Value))]);
        var recorder = new ItemRecorder(store.Store, new(new MeterReader().Metrics, NullLogger<ItemLog>.Instance));
        await new HeldItems(new([kind.Object]), store.Store, recorder).ReleaseAsync(SampleJobs.Job("job-1"), default);
        foreach (var (id, item) in store.Items)
        {
            _rows[id] = item.State;
        }
    }

    public int Count(ItemState state) => _rows.Values.Count(row => row == state);

    public int BegunBetween(double from, double to) =>
        Begun.Count(begun => begun.At >= Start.UtcDateTime.AddSeconds(from) && begun.At < Start.UtcDateTime.AddSeconds(to));

    private ItemResult LetGo(ItemRef item)
    {
        _reserved.Remove(item.Id);
        return new(item.Id, _inHand.Remove(item.Id) || _rows[item.Id] == ItemState.Running ? ItemState.Failed : ItemState.Pending);
    }

    private JobControl Pause() =>
        PauseFails(PauseCalls++) ? throw OrchestrationHarness.Failure(nameof(PauseJob), "no storage") : Set(DesiredState.Pause);

    private ReprocessingResult End(EndJobInput input)
    {
        if (input.MayHoldUnknown)
        {
            _reserved.Clear();
        }

        Assert.Empty(_reserved);
        Ended = input;
        return input.Result;
    }

    private JobControl Set(DesiredState demand) => Control = Control with { Version = Control.Version + 1, Demand = demand };

    private ItemSlice Select(SelectItemsInput input)
    {
        var items = _rows.Where(row => row.Value == ItemState.Pending && string.CompareOrdinal(row.Key, input.Cursor) > 0)
            .Take(input.Limit)
            .Select(row => new ItemRef(row.Key, "1"))
            .ToList();
        _reserved.UnionWith(Control.Demand == DesiredState.Cancel ? [] : items.Select(item => item.Id));
        if (SelectFails(SelectCalls++))
        {
            // What it has reserved by then nobody hears of.
            throw OrchestrationHarness.Failure(nameof(SelectItems), "no storage");
        }

        return new(items.Count, [.. items.Chunk(input.ChunkSize).Select(chunk => new ItemChunk(chunk))], items.LastOrDefault()?.Id ?? input.Cursor);
    }

    private ItemsResponse Process(ProcessItemsInput input)
    {
        if (CallFails(ProcessCalls++))
        {
            throw OrchestrationHarness.Failure(nameof(ProcessItems), "no storage");
        }

        if (Control.Demand != DesiredState.Run)
        {
            return ItemsResponse.All(ItemState.Pending, input.Items.Count, Control);
        }

        return new([.. input.Items.Select(item => Begin(item, input.Waits))], Control);
    }

    private ItemState Begin(ItemRef item, bool waits)
    {
        _reserved.Remove(item.Id);
        Assert.True(_inHand.Add(item.Id), $"{item.Id} was begun while it was under way.");
        Assert.Contains(_rows[item.Id], new[] { ItemState.Pending, ItemState.Running });
        MostInHand = Math.Max(MostInHand, _inHand.Count);
        Begun.Add((Engine.Now, item.Id));
        var outcome = Outcome(item.Id, item.Attempt);
        if (waits && outcome is ItemState.Succeeded or ItemState.Failed)
        {
            _startedAt[item.Id] = Engine.Now;
            return _rows[item.Id] = ItemState.Running;
        }

        _inHand.Remove(item.Id);
        return _rows[item.Id] = outcome;
    }

    private ItemsResponse Watch(WatchItemsInput input) => new([.. input.Items.Select(item =>
    {
        if (Engine.Now - _startedAt[item.Id] < WorkTime)
        {
            return ItemState.Running;
        }

        _inHand.Remove(item.Id);
        var outcome = Outcome(item.Id, item.Attempt);
        _rows[item.Id] = _rows[item.Id] != ItemState.Running || outcome == ItemState.Failed ? _rows[item.Id] : outcome;
        return outcome;
    })]);

    private ItemsResponse Abandon(AbandonItemsInput input)
    {
        _reserved.ExceptWith(input.Items.Select(item => item.Id));
        if (input.Reason == AbandonReason.NotStarted)
        {
            GivenBack.AddRange(input.Items.Select(item => item.Id));
            return ItemsResponse.All(ItemState.Pending, input.Items.Count);
        }

        foreach (var item in input.Items)
        {
            _inHand.Remove(item.Id);
            _rows[item.Id] = ItemState.Failed;
        }

        return ItemsResponse.All(ItemState.Failed, input.Items.Count);
    }
}
