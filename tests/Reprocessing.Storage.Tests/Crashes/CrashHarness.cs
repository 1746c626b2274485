namespace Reprocessing.Storage.Tests.Crashes;

/// <summary>
/// Spoils the first, second, ... storage call of an operation in each way; the operation is then asked for again. Rows and answer
/// must be those of an undisturbed run.
/// </summary>
internal static class CrashHarness
{
    public static async Task SurvivesAsync(AzuriteFixture azurite, Func<TestStorage, Task> prepare, Func<TestStorage, Task<string>> act)
    {
        var undisturbed = await TestStorage.CreateAsync(azurite);
        await prepare(undisturbed);
        var answer = await act(undisturbed);
        var rows = await undisturbed.DumpAsync();

        foreach (var mode in Enum.GetValues<FaultMode>())
        {
            var call = 1;
            while (await StrikeAsync(azurite, prepare, act, call, mode, answer, rows))
            {
                call++;
            }

            Assert.True(call > 1, "No call was spoilt.");
        }
    }

    /// <returns>False when the operation ended before so many calls.</returns>
    private static async Task<bool> StrikeAsync(
        AzuriteFixture azurite, Func<TestStorage, Task> prepare, Func<TestStorage, Task<string>> act, int call, FaultMode mode, string answer, string rows)
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await prepare(storage);
        storage.Faults.Spoil(call, mode);
        try
        {
            Assert.Equal(answer, await act(storage));
            Assert.True(!storage.Faults.HasStruck || mode == FaultMode.AnswerLost, "The crash was caught.");
        }
        catch (CrashException)
        {
            Assert.NotEqual(FaultMode.AnswerLost, mode);
        }

        var hasStruck = storage.Faults.HasStruck;
        storage.Faults.Reset();
        Assert.Equal(answer, await act(storage));
        Assert.Equal(rows, await storage.DumpAsync());
        await Consistency.CheckAsync(storage);
        return hasStruck;
    }
}
