namespace Embedded.DurableTask.Tests.Engine;

/// <summary>An orchestration, its world, and what is done to it from outside.</summary>
internal sealed record Scenario(string Name, Func<DelegateExecutor> Executor, Action<Simulation> Drive)
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        .. new[]
        {
            "BadCast", "CancelTimer", "NullOut", "VoidOut", "RetryFail", "RetryHandler", "RetryOk", "SubFail", "Timeout", "FailNow",
            "UnhandledAct", "Subs", "Guids", "MissingAct", "MissingSub", "Illegal",
        }.Select(static name => new Scenario(name, ProbeOrchestrations.Executor, simulation => simulation.Run(name))),
        new("Events", ProbeOrchestrations.Executor, static simulation =>
        {
            simulation.Start("Events");
            foreach (var payload in new[] { "1", "2", "3" })
            {
                simulation.Raise("inst", "evt", payload);
                simulation.RunToRest();
            }
        }),
        new("TwoWaiters", ProbeOrchestrations.Executor, static simulation =>
        {
            simulation.Run("TwoWaiters");
            simulation.Raise("inst", "e", "1");
            simulation.RunToRest();
            simulation.Raise("inst", "e", "2");
            simulation.RunToRest();
        }),
        new("Can", ProbeOrchestrations.Executor, static simulation =>
        {
            simulation.Start("Can", 0);
            simulation.Raise("inst", "kept", "k1");
            simulation.RunToRest();
            simulation.Raise("inst", "go", "g");
            simulation.RunToRest();
        }),
        new("Batch", BatchOrchestration.Executor, static simulation => simulation.Run("Batch", new BatchOrchestration.Cursor(0, 23, 0, 0))),
    ];

    public static TheoryData<string> Names => [.. All.Select(static scenario => scenario.Name)];

    public static Scenario Of(string name) => All.Single(scenario => scenario.Name == name);

    public Simulation Run(Weather? weather = null)
    {
        var simulation = new Simulation(Executor(), weather);
        Drive(simulation);
        return simulation;
    }
}
