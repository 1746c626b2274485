using System.Text.Json;
using Reprocessing.Cli.Http;
using Reprocessing.Cli.Terminal;
using Reprocessing.Domain.Imports;
using Reprocessing.Domain.Names;

namespace Reprocessing.Cli.Imports;

/// <summary>Waits for an import to end, shows how far it is, and says by an exit code what came of it.</summary>
internal sealed class ImportWatch(Session session)
{
    public Task<int> WaitAsync(string importId, TimeSpan? timeout, CancellationToken cancellationToken) => new Vigil(session, timeout).RunAsync(
        new(
            $"Stopped watching. The import {importId} goes on by itself.",
            $"The import {importId} has not ended in time, and goes on by itself.",
            $"  look again:  reprocess orders imports watch {importId}",
            $"  end it:      reprocess orders imports cancel {importId}"),
        () => session.Api.GetAsync(ApiPath.Of("imports", importId), cancellationToken),
        (Frame, HasEnded),
        import =>
        {
            session.Results.One(import, ImportView.Fields);
            return Task.FromResult(Say(import));
        },
        cancellationToken);

    private static bool HasEnded(JsonElement import) =>
        StableNames.TryParse<ImportState>(import.TextOrNull("state"), out var state) && state.IsFinal();

    private static ProgressFrame Frame(JsonElement import)
    {
        List<string> detail =
        [
            $"{import.Count("counts.read").Grouped()} read",
            $"{import.Count("counts.stored").Grouped()} stored",
            $"{import.Count("counts.rejected").Grouped()} rejected",
        ];
        if (import.NumberOrNull("recordsPerSecond") is { } rate)
        {
            detail.Add($"{rate.Grouped()}/s");
        }

        if (import.NumberOrNull("etaSeconds") is { } seconds)
        {
            detail.Add($"{Durations.Show(seconds)} left");
        }

        return new(import.Text("importId"), import.Text("state"), import.NumberOrNull("percent"), string.Join(", ", detail));
    }

    private int Say(JsonElement import)
    {
        switch (import.TextOrNull("state"))
        {
            case "completed":
                return ExitCode.Ok;
            case "completed_with_rejects":
                session.Messages.Say($"{import.Count("counts.rejected").Of("record")} rejected: reprocess orders imports rejected {import.Text("importId")}");
                return ExitCode.Partial;
            case "canceled":
                session.Messages.Say("It was cancelled; what was stored stays.");
                return ExitCode.Partial;
            default:
                session.Messages.Fail([$"The import failed{(import.TextOrNull("error") is { } error ? $": {error}" : string.Empty)}."]);
                return ExitCode.Error;
        }
    }
}
