using System.Globalization;
using System.Text.Json;
using Reprocessing.Cli.Http;
using Reprocessing.Cli.Terminal;

namespace Reprocessing.Cli.Runs;

/// <summary>Follows a run from its start by the status query API: its own id is known only once it has begun.</summary>
internal sealed class RunWatch(Session session)
{
    private static readonly string[] Ended = ["Completed", "Failed", "Terminated", "Canceled"];

    /// <param name="statusAddress">As the app gave it; only its path is used, and it is shown to nobody, as it may carry a key.</param>
    public Task<int> WaitAsync(string statusAddress, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var path = PathOf(statusAddress);
        return new Vigil(session, timeout).RunAsync(
            new(
                "Stopped watching. The run goes on by itself: reprocess runs list, then reprocess jobs watch|pause|cancel with its id.",
                "The run has not ended in time, and goes on by itself: reprocess runs list"),
            () => session.Api.GetAsync(path, cancellationToken),
            (Frame, status => Ended.Contains(status.TextOrNull("runtimeStatus"))),
            status => Task.FromResult(Say(status)),
            cancellationToken);
    }

    private static ProgressFrame Frame(JsonElement status)
    {
        List<string?> detail =
        [
            status.NumberOrNull("customStatus.processed") is { } processed ? $"{processed.Grouped()} processed" : null,
            status.NumberOrNull("customStatus.ratePerSecond") is { } rate ? string.Create(CultureInfo.InvariantCulture, $"{rate:0.#}/s") : null,
            status.NumberOrNull("customStatus.etaSeconds") is { } seconds ? $"{Durations.Show(seconds)} left" : null,
        ];
        var isOver = status.TextOrNull("runtimeStatus") == "Completed";
        return new(
            "run",
            status.Text("runtimeStatus").ToLowerInvariant(),
            isOver ? 100 : status.NumberOrNull("customStatus.percent"),
            string.Join(", ", detail.OfType<string>()));
    }

    private int Say(JsonElement status)
    {
        if (status.At("output") is not { ValueKind: JsonValueKind.Object } result || status.TextOrNull("runtimeStatus") != "Completed")
        {
            session.Messages.Fail([$"The run ended as {status.Text("runtimeStatus").ToLowerInvariant()}.", status.At("output").Show()]);
            return ExitCode.Error;
        }

        session.Results.One(result, RunView.ResultFields);
        if (status.TextOrNull("customStatus.jobId") is { } runId)
        {
            session.Messages.Say($"Run {runId}: reprocess runs show {runId}");
        }

        if (result.Count("errorCount") > 0)
        {
            var failed = $"reprocess runs items {status.TextOrNull("customStatus.jobId")} --state failed";
            session.Messages.Say($"{result.Count("errorCount").Of("order")} could not be processed: {failed}");
            return ExitCode.Partial;
        }

        return ExitCode.Ok;
    }

    /// <summary>Below the address that was given to us, which is not the one that the app knows itself by where a gateway is between.</summary>
    private string PathOf(string statusAddress)
    {
        var path = Uri.TryCreate(statusAddress, UriKind.Absolute, out var address) ? address.PathAndQuery : statusAddress;
        var before = session.Api.Connection.Url.AbsolutePath.TrimEnd('/');
        return before.Length > 0 && path.StartsWith(before + "/", StringComparison.Ordinal) ? path[before.Length..] : path;
    }
}
