namespace Reprocessing.Storage.Tests.Crashes;

/// <summary>
/// The first, second, ... storage call of each operation is spoilt in each way; the operation is then asked for again by
/// another process. Rows and answer must be those of an undisturbed run.
/// </summary>
[Collection(AzuriteCrashTests.Name)]
public sealed class CrashTests(AzuriteFixture azurite)
{
    private const string First = "order-fulfillment-ORD-1";
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public Task Create_survives() => SurvivesAsync(
        _ => Task.CompletedTask,
        async storage => Name(await storage.Orders.CreateAsync(Order, None)));

    [Fact]
    public Task Create_of_many_survives() => SurvivesAsync(
        _ => Task.CompletedTask,
        async storage => string.Join(' ', (await storage.Orders.CreateManyAsync(
            [.. Enumerable.Range(0, 120).Select(number => new NewOrder(TestStorage.Input(TestStorage.OrderId(number))))], None)).Select(Name)));

    [Fact]
    public Task Intake_of_a_failed_order_survives() => SurvivesAsync(
        _ => Task.CompletedTask,
        async storage => Name(await storage.Orders.CreateAsync(
            Order with { Failure = new(TestStorage.Report("ORD-1"), RetryStrategy.Default) }, None)));

    [Fact]
    public Task Begin_survives() => SurvivesAsync(
        CreateAsync,
        async storage => Name(await storage.Orders.BeginExternalAsync("ORD-1", First, RestartPoint.Beginning, None)));

    [Fact]
    public Task Stage_survives() => SurvivesAsync(
        BeginAsync,
        async storage => Name(await storage.FinishStageAsync("ORD-1", First, Stage.Validate)));

    [Fact]
    public Task Failure_survives() => SurvivesAsync(
        BeginAsync,
        async storage => Name(await storage.Orders.RecordFailureAsync(TestStorage.Report("ORD-1", First), RetryStrategy.Default, None)));

    [Fact]
    public Task Failure_before_the_workflow_began_survives() => SurvivesAsync(
        CreateAsync,
        async storage => Name(await storage.Orders.RecordFailureAsync(TestStorage.Report("ORD-1", First), RetryStrategy.Default, None)));

    [Fact]
    public Task Completion_survives() => SurvivesAsync(
        BeginAsync,
        async storage => Name(await storage.Orders.CompleteAsync("ORD-1", First, None)));

    [Fact]
    public Task Cancellation_survives() => SurvivesAsync(
        async storage => await storage.AddFailedAsync(1),
        async storage => Name(await storage.Orders.CancelAsync("ORD-00000", new("tester", "asked"), None)));

    [Fact]
    public Task Restart_of_one_survives() => SurvivesAsync(
        async storage => await storage.AddFailedAsync(1),
        storage => ProcessAsync(storage, TestStorage.Rule(), 1));

    [Fact]
    public Task Restart_of_many_survives() => SurvivesAsync(
        async storage => await storage.AddFailedAsync(100),
        storage => ProcessAsync(storage, TestStorage.Rule(), 100));

    [Fact]
    public Task Dead_letter_survives() => SurvivesAsync(
        async storage => await storage.AddFailedAsync(60),
        storage => ProcessAsync(storage, TestStorage.Rule(maxRetries: 0), 60));

    [Fact]
    public Task Restart_with_an_input_too_long_to_be_copied_survives() => SurvivesAsync(
        async storage =>
        {
            var input = TestStorage.Input("ORD-00000") with
            {
                Extension = new() { ["blob"] = System.Text.Json.JsonSerializer.SerializeToElement(new string('z', 20_000)) },
            };
            await storage.Orders.CreateAsync(new(input) { Failure = new(TestStorage.Report("ORD-00000", failedAt: ManualTime.Start.AddMinutes(-60)), RetryStrategy.Immediate) }, None);
        },
        storage => ProcessAsync(storage, TestStorage.Rule(), 1));

    private static NewOrder Order => new(TestStorage.Input("ORD-1"));

    private static Task CreateAsync(TestStorage storage) => storage.Orders.CreateAsync(Order, None);

    private static async Task BeginAsync(TestStorage storage)
    {
        await CreateAsync(storage);
        await storage.Orders.BeginExternalAsync("ORD-1", First, RestartPoint.Beginning, None);
    }

    /// <summary>The chunk as the orchestration's history holds it, by a process that remembers nothing.</summary>
    private static async Task<string> ProcessAsync(TestStorage storage, ReprocessingRule rule, int count)
    {
        var chunk = Enumerable.Range(0, count)
            .Select(number => new DueOrder(TestStorage.OrderId(number), ManualTime.Start.AddMinutes(-60).AddSeconds(number).UtcTicks))
            .ToList();
        var outcomes = await storage.OtherProcess().ProcessChunkAsync(rule, chunk, None);
        return string.Join('\n', outcomes.Select(outcome => outcome is OrderOutcome.Restarted restarted
            ? string.Create(CultureInfo.InvariantCulture, $"{restarted.WorkflowId} {restarted.Start?.Input.Items.Count}")
            : $"{outcome.GetType().Name} {outcome.OrderId}"));
    }

    private Task SurvivesAsync(Func<TestStorage, Task> prepare, Func<TestStorage, Task<string>> act) =>
        CrashHarness.SurvivesAsync(azurite, prepare, act);

    // Whether it was done by this call or by the one before is all that may differ.
    private static string Name(CreateOutcome outcome) => outcome switch
    {
        CreateOutcome.Created created => $"there, start {created.Start?.WorkflowId}",
        CreateOutcome.AlreadyThere there => $"there, start {there.Start?.WorkflowId}",
        _ => outcome.ToString(),
    };

    private static string Name(ChangeOutcome outcome) => outcome switch
    {
        ChangeOutcome.Changed changed => changed.Order.Status,
        ChangeOutcome.Unchanged unchanged => unchanged.Order.Status,
        _ => outcome.ToString(),
    };
}
