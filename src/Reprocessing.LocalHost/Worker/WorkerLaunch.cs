using System.Diagnostics;
using System.Globalization;

namespace Reprocessing.LocalHost.Worker;

/// <summary>How a worker is started: its program, its arguments, its environment.</summary>
internal static class WorkerLaunch
{
    public static ProcessStartInfo Describe(FunctionApp app, Uri server, string id)
    {
        var start = new ProcessStartInfo(app.WorkerExecutable)
        {
            WorkingDirectory = app.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        if (app.WorkerExecutable != app.WorkerPath)
        {
            start.ArgumentList.Add(app.WorkerPath);
        }

        var request = Guid.NewGuid().ToString();
        var port = server.Port.ToString(CultureInfo.InvariantCulture);
        var limit = int.MaxValue.ToString(CultureInfo.InvariantCulture);
        // Both forms, as the real host gives them: workers before 1.20 read the first, later ones the second.
        string[] arguments =
        [
            "--host", server.Host, "--port", port, "--workerId", id, "--requestId", request, "--grpcMaxMessageLength", limit,
            "--functions-uri", server.AbsoluteUri, "--functions-worker-id", id, "--functions-request-id", request, "--functions-grpc-max-message-length", limit,
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var hooks = Environment.GetEnvironmentVariable("DOTNET_STARTUP_HOOKS");
        start.Environment["DOTNET_STARTUP_HOOKS"] = string.IsNullOrEmpty(hooks) ? typeof(StartupHook).Assembly.Location : $"{typeof(StartupHook).Assembly.Location}{Path.PathSeparator}{hooks}";
        start.Environment["FUNCTIONS_WORKER_DIRECTORY"] = app.Folder;
        start.Environment["FUNCTIONS_APPLICATION_DIRECTORY"] = app.Folder;
        return start;
    }
}
