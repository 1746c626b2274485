namespace ReprocessingFunctions.Runs;

internal static class RunsSetup
{
    public static IServiceCollection AddRuns(this IServiceCollection services) => services
        .AddSettings<ReprocessingOptions>(ReprocessingOptions.Prefix)
        .AddSettings<AlertOptions>(AlertOptions.Prefix)
        .AddSingleton<DueCount>()
        .AddSingleton<RunStarter>()
        .AddSingleton<InterruptedStarts>()
        .AddSingleton<AbandonedRuns>()
        .AddSingleton<IJobKind, RunJob>();
}
