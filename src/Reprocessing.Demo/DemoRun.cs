using System.Globalization;
using Spectre.Console;

namespace Reprocessing.Demo;

/// <summary>Starts the app, sends the orders in, watches until it is told to stop, and stops the app.</summary>
internal sealed class DemoRun(DemoOptions options, TimeProvider clock)
{
    private const string ToTry = """
        The dashboard: http://127.0.0.1:{0}/dashboard. In two minutes it shows an incident: kinds of failure, dead letters, an alert. Then try
          1. Failure groups: open the one with dead letters and preview a retry of all. That changes nothing.
          2. Apply the plan with the ramp 1, 5, rest: one order goes first, fails again, and the job pauses by itself.
          3. Look at the group again: its verdict is that it is still failing, and all others wait untouched.
        """;

    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(700);

    public async Task<int> RunAsync(CancellationToken stop)
    {
        AnsiConsole.MarkupLine("Starting the app. The first start also installs the storage emulator: half a minute or so.");
        await using var app = AppProcess.Start(options);
        using var client = new AppClient(options.Port);
        try
        {
            if (!await WaitUntilReadyAsync(app, client, stop))
            {
                AnsiConsole.MarkupLine("[red]The app did not start.[/] Its last lines:");
                Console.Error.WriteLine(await app.ReadTailAsync(20));
                return 1;
            }

            AnsiConsole.MarkupLine(CultureInfo.InvariantCulture, ToTry, options.Port);
            return await WatchAsync(app, client, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
        finally
        {
            AnsiConsole.MarkupLine($"Stopping the app. Its log: {Markup.Escape(app.LogPath)}");
        }
    }

    private async Task<bool> WaitUntilReadyAsync(AppProcess app, AppClient client, CancellationToken stop)
    {
        var began = clock.GetTimestamp();
        while (clock.GetElapsedTime(began) < StartLimit && !app.HasExited)
        {
            if (await client.IsHealthyAsync(stop))
            {
                return true;
            }

            await Task.Delay(Tick, clock, stop);
        }

        return false;
    }

    private async Task<int> WatchAsync(AppProcess app, AppClient client, CancellationToken stop)
    {
        var watch = new DemoWatch(client, options, clock);
        var sending = watch.SendAsync(stop);
        var exit = 0;
        if (AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected)
        {
            await AnsiConsole.Live(LiveView.Draw(watch.State)).StartAsync(async live =>
                exit = await PollAsync(app, watch, state => live.UpdateTarget(LiveView.Draw(state)), stop));
        }
        else
        {
            exit = await PollAsync(app, watch, state => Console.WriteLine(LiveView.Line(state)), stop);
        }

        await sending;
        return exit;
    }

    private async Task<int> PollAsync(AppProcess app, DemoWatch watch, Action<DemoState> show, CancellationToken stop)
    {
        while (!app.HasExited)
        {
            show(await watch.PollAsync(stop));
            if (options.UntilSettled && watch.IsSettled)
            {
                return 0;
            }

            await Task.Delay(Tick, clock, stop);
        }

        Console.Error.WriteLine(await app.ReadTailAsync(20));
        return 1;
    }
}
