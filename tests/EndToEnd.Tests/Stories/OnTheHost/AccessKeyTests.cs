using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Invariants;
using EndToEnd.Tests.Orders;
using Reprocessing.Cli.Terminal;

namespace EndToEnd.Tests.Stories.OnTheHost;

public sealed class AccessKeyTests(HostStorage storage) : IClassFixture<HostStorage>
{
    [Fact]
    public async Task An_app_that_asks_for_a_key_is_opened_by_one()
    {
        var store = await OrdersOnStorage.OpenAsync(storage.ConnectionString);
        await store.SeedFailedAsync(2);
        await using var app = new AppProcess(store.Settings(("AZURE_FUNCTIONS_ENVIRONMENT", "Production")));
        await app.StartAsync();
        var key = await HostAccessKey.ReadAsync(store);

        (await CommandLineRun.RunAsync(app.Client, "dlq", "list")).Expect(ExitCode.Auth);
        (await CommandLineRun.RunAsync(app.Client, "doctor", "--key", "wrong")).Expect(ExitCode.Auth);
        var doctor = await CommandLineRun.RunAsync(app.Client, "doctor", "--key", key);
        var run = await CommandLineRun.RunAsync(app.Client, "runs", "start", "--wait", "--verbose", "--key", key, "-o", "json");

        Assert.DoesNotContain(key, doctor.Expect(ExitCode.Ok).Out, StringComparison.Ordinal);
        Assert.Equal(2, run.Expect(ExitCode.Ok).Json.Number("restartedCount"));
        Assert.DoesNotContain(key, run.Error, StringComparison.Ordinal);
        Assert.Contains("code=***", run.Error, StringComparison.Ordinal);
        await store.WaitUntilAllAsync("completed");
        await app.StopAsync();
        await InvariantCheck.RunAsync(store);
    }
}
