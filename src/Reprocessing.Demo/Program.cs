using Reprocessing.Demo;

using var stop = new StopSignal();
var (options, message) = DemoOptions.Parse(args);
if (options is null)
{
    Console.Error.WriteLine(message.Length == 0 ? DemoOptions.Help : $"{message}{Environment.NewLine}{DemoOptions.Help}");
    return message.Length == 0 ? 0 : 2;
}

return await new DemoRun(options, TimeProvider.System).RunAsync(stop.Token);
