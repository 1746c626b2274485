using System.CommandLine;
using System.Text.Json;
using Benchmarks;

var orders = new Argument<int[]>("ORDERS") { Description = "How many failed orders to restart; each number is measured by itself.", DefaultValueFactory = _ => [300] };
var rounds = new Option<int>("--rounds") { Description = "How often all scenarios are measured; the median of each figure counts.", DefaultValueFactory = _ => 1 };
var warmUp = new Option<int>("--warm-up") { Description = "Orders that each app restarts before it is measured.", DefaultValueFactory = _ => 100 };
var json = new Option<FileInfo?>("--json") { Description = "A file for the figures of every round." };
var run = new Command("run", "Restarts failed orders to the end of their workflows: a plain design, the engine's floor, and this app.") { orders, rounds, warmUp, json };
run.SetAction((parsed, cancellationToken) => RunAsync(
    parsed.GetRequiredValue(orders), parsed.GetValue(rounds), parsed.GetValue(warmUp), parsed.GetValue(json), cancellationToken));

var records = new Argument<int>("RECORDS") { Description = "Lines of the file, one in a hundred of them bad.", DefaultValueFactory = _ => 100_000 };
var kills = new Argument<int>("KILLS") { Description = "How often host and worker are killed on the way.", DefaultValueFactory = _ => 3 };
var import = new Command("import", "Imports a file while host and worker are killed, and checks every record.") { records, kills };
import.SetAction((parsed, cancellationToken) => WithEmulatorAsync(
    emulator => new ImportBenchmark(emulator.ConnectionString, parsed.GetValue(records), parsed.GetValue(kills)).RunAsync(cancellationToken), cancellationToken));

var count = new Argument<int>("COUNT") { Description = "Workflows in the index.", DefaultValueFactory = _ => 100_000 };
var workflows = new Command("workflows", "Asks an index of many workflows for a page of each kind of query.") { count };
workflows.SetAction((parsed, cancellationToken) => WithEmulatorAsync(
    emulator => IndexBenchmark.RunAsync(emulator.ConnectionString, parsed.GetValue(count), cancellationToken), cancellationToken));

return await new RootCommand("Measures the app on the local host and an emulator in memory.") { run, import, workflows }.Parse(args).InvokeAsync();

static Task RunAsync(int[] sizes, int rounds, int warmUp, FileInfo? json, CancellationToken cancellationToken) => WithEmulatorAsync(
    async emulator =>
    {
        var benchmark = new RunBenchmark(emulator, warmUp);
        Dictionary<int, Dictionary<string, List<Figures>>> measured = [];
        foreach (var size in sizes)
        {
            var scenarios = measured[size] = Scenario.All.ToDictionary(scenario => scenario.Name, _ => new List<Figures>());
            for (var round = 1; round <= rounds; round++)
            {
                foreach (var scenario in Scenario.All)
                {
                    Console.Error.WriteLine($"{size} orders, round {round} of {rounds}: {scenario.Name}");
                    scenarios[scenario.Name].Add(await benchmark.MeasureAsync(scenario, size, cancellationToken));
                }
            }

            Console.WriteLine(Figures.Table($"{size} orders", scenarios.ToDictionary(scenario => scenario.Key, scenario => Figures.Median(scenario.Value))));
        }

        if (json is not null)
        {
            await File.WriteAllTextAsync(json.FullName, JsonSerializer.Serialize(measured, JsonSerializerOptions.Web), cancellationToken);
        }
    },
    cancellationToken);

static async Task WithEmulatorAsync(Func<CountingEmulator, Task> action, CancellationToken cancellationToken)
{
    await using var emulator = await CountingEmulator.StartAsync(cancellationToken);
    await action(emulator);
}
