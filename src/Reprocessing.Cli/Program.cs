using Reprocessing.Cli;
using Reprocessing.Cli.Terminal;

using var stop = new StopSignal();
return await CommandLine.RunAsync(args, Surroundings.OfProcess(), stop.Token);
