using Reprocessing.Storage.Tests.Crashes;
using static Reprocessing.Storage.Tests.DeadLetters.DeadLetterBench;

namespace Reprocessing.Storage.Tests.DeadLetters;

[Collection(AzuriteCrashTests.Name)]
public sealed class DeadLetterCrashTests(AzuriteFixture azurite)
{
    private const int Orders = 8;
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public Task Taking_up_survives() => SurvivesAsync(AddAsync, async storage => Tell(await storage.RequeueAsync(await PlannedAsync(storage))));

    [Fact]
    public Task Restarting_under_a_job_survives() => SurvivesAsync(
        AddFailedAgainAsync,
        async storage => Tell(await storage.RequeueAsync(
            [.. (await PlannedAsync(storage)).Select(item => item with { Attempt = 2 })], holdUntil: ManualTime.Start.AddHours(1))));

    [Fact]
    public Task Giving_up_survives() => SurvivesAsync(
        AddFailedAgainAsync,
        async storage => Tell(await storage.Commands.HandleAsync(new AbandonCommand(Job), await PlannedAsync(storage), None)));

    [Fact]
    public Task Cancelling_survives() => SurvivesAsync(
        AddAsync,
        async storage => Tell(await storage.Commands.HandleAsync(new ResolveCommand(Job, DeadLetterResolution.Cancelled, "no use"), await PlannedAsync(storage), None)));

    [Fact]
    public Task Escalating_survives() => SurvivesAsync(
        AddAsync,
        async storage => Tell(await storage.Commands.HandleAsync(new ResolveCommand(Job, DeadLetterResolution.Escalated), await PlannedAsync(storage), None)));

    [Fact]
    public Task Purging_survives() => SurvivesAsync(
        async storage =>
        {
            await AddAsync(storage);
            await storage.RequeueAsync(await PlannedAsync(storage), "job-0");
        },
        async storage => Tell(await storage.Commands.HandleAsync(new PurgeCommand(Job), await PlannedAsync(storage, "job-0"), None)));

    [Fact]
    public Task Moving_by_hand_survives() => SurvivesAsync(
        async storage => await storage.AddFailedAsync(1),
        async storage => Tell(await storage.Commands.HandleAsync(new MoveCommand(new("ada", "hopeless")), [new("ORD-00000", string.Empty)], None)));

    [Fact]
    public Task Leasing_survives() => SurvivesAsync(
        async storage =>
        {
            await storage.AddDeadAsync(5);
            await storage.AddFailedAsync(5, first: 5);
        },
        async storage => string.Join(' ', (await storage.Leases.AcquireAsync(
            "job-1", [.. Enumerable.Range(0, 10).Select(TestStorage.OrderId)], ManualTime.Start.AddHours(1), _ => true, None)).Order(StringComparer.Ordinal)));

    private Task SurvivesAsync(Func<TestStorage, Task> prepare, Func<TestStorage, Task<string>> act) =>
        CrashHarness.SurvivesAsync(azurite, prepare, act);

    private static Task AddAsync(TestStorage storage) => storage.AddDeadAsync(Orders);

    private static async Task AddFailedAgainAsync(TestStorage storage)
    {
        await AddAsync(storage);
        await storage.RequeueAsync(await PlannedAsync(storage), holdUntil: ManualTime.Start.AddHours(1));
        for (var number = 0; number < Orders; number++)
        {
            await storage.FailAgainAsync(TestStorage.OrderId(number));
        }
    }

    /// <summary>As the plan's rows have them, whatever became of the entries since.</summary>
    private static Task<List<ItemRef>> PlannedAsync(TestStorage storage, string? takenUpBy = null) => Task.FromResult(
        Enumerable.Range(0, Orders).Select(number => new ItemRef(TestStorage.OrderId(number), takenUpBy is null ? "v3" : "v4")).ToList());
}
