using System.CommandLine;

namespace Fuzz;

internal static class Program
{
    public static Task<int> Main(string[] args)
    {
        var requests = new Option<int>("--requests") { Description = "How many requests are sent.", DefaultValueFactory = _ => 10_000 };
        var seed = new Option<int>("--seed") { Description = "What the requests are made from; the same seed makes the same ones.", DefaultValueFactory = _ => 1 };
        var only = new Option<int?>("--only") { Description = "The number of the one request to send." };
        var address = new Option<Uri?>("--address") { Description = "A running app; without it the app runs in this process." };
        var key = new Option<string?>("--key") { Description = "The function key of a running app." };
        var process = new Option<int?>("--process") { Description = "The id of a running app's process, whose memory is then looked at." };
        var limit = new Option<double>("--limit") { Description = "Seconds that an answer may take.", DefaultValueFactory = _ => 10 };
        var parallel = new Option<int>("--parallel") { Description = "Requests at once.", DefaultValueFactory = _ => 4 };
        var command = new RootCommand("Sends valid, nearly valid and hostile requests, and checks each answer and what is left.")
        {
            requests, seed, only, address, key, process, limit, parallel,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new FuzzOptions(parsed.GetValue(requests), parsed.GetValue(seed))
            {
                Only = parsed.GetValue(only),
                Address = parsed.GetValue(address),
                Key = parsed.GetValue(key),
                ProcessId = parsed.GetValue(process),
                Limit = TimeSpan.FromSeconds(parsed.GetValue(limit)),
                Parallel = parsed.GetValue(parallel),
            };
            var report = await FuzzRun.RunAsync(options, Console.Error, cancellationToken);
            Console.WriteLine(report.Text);
            return report.Failures.Count == 0 ? 0 : 1;
        });
        return command.Parse(args).InvokeAsync();
    }
}
