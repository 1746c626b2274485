using Reprocessing.Cli;

using var stop = new StopSignal();
try
{
    return await CommandLine.RunAsync(args, HostEnvironment.OfProcess(), stop.Token);
}
catch (Exception e)
{
    // A bug: print all details. The runtime would abort the process.
    Console.Error.WriteLine($"error: {SafeText.OfLines(e.ToString())}");
    return ExitCode.Error;
}
