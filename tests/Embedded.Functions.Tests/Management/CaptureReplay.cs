using System.Text.RegularExpressions;
using Embedded.Functions.Tests.Running;

namespace Embedded.Functions.Tests.Management;

/// <summary>Asks our host what the real one was asked. Ids of that day stand for ids of this one.</summary>
internal sealed partial class CaptureReplay(TestApp app)
{
    private readonly Dictionary<string, string> _ids = [];

    /// <summary>Asks until the instance has the status that the capture shows, then compares.</summary>
    public async Task PlayAsync(string set, string name)
    {
        var capture = Capture.Read(set, name);
        HttpResponseMessage? answer = null;
        if (capture.Method == HttpMethod.Get && Status(capture.Body) is { } status)
        {
            await Eventually.HoldsAsync(
                async () =>
                {
                    answer?.Dispose();
                    answer = await SendAsync(capture);
                    return Status(await answer.Content.ReadAsStringAsync()) == status && HistoryIsComplete(capture.Body, await answer.Content.ReadAsStringAsync());
                },
                $"{name}: {status}");
        }
        else
        {
            answer = await SendAsync(capture);
        }

        using (answer)
        {
            Learn(capture.Body, await answer!.Content.ReadAsStringAsync());
            await capture.AssertAnsweredByAsync(answer);
        }
    }

    public async Task<(Capture Capture, HttpResponseMessage Answer)> AskAsync(string set, string name)
    {
        var capture = Capture.Read(set, name);
        return (capture, await SendAsync(capture));
    }

    /// <summary>An id that no capture shows the making of.</summary>
    public void Know(string captured, string ours) => _ids[captured] = ours;

    private Task<HttpResponseMessage> SendAsync(Capture capture)
    {
        var path = LongId().Replace(capture.Path, id => _ids[id.Value]).Replace("code=MINIHOSTKEY", "code=KEY", StringComparison.Ordinal);
        path = capture.Path.Contains("/admin/", StringComparison.Ordinal)
            ? path.Replace("code=KEY", $"code={app.Keys.Master}", StringComparison.Ordinal)
            : path.Replace("code=KEY", $"code={app.Keys.DurableExtension}", StringComparison.Ordinal);
        return app.SendAsync(capture.Method, path, capture.RequestBody);
    }

    private void Learn(string captured, string ours)
    {
        if (LongId().Match(captured) is { Success: true } theirs && LongId().Match(ours) is { Success: true } here)
        {
            _ids.TryAdd(theirs.Value, here.Value);
        }
    }

    private static string? Status(string body) => RuntimeStatus().Match(body) is { Success: true } match ? match.Groups[1].Value : null;

    private static bool HistoryIsComplete(string captured, string ours) =>
        EventType().Count(captured) <= EventType().Count(ours);

    [GeneratedRegex("[0-9a-f]{32}")]
    private static partial Regex LongId();

    [GeneratedRegex("^{.*?\"runtimeStatus\":\"(\\w+)\"")]
    private static partial Regex RuntimeStatus();

    [GeneratedRegex("\"EventType\"")]
    private static partial Regex EventType();
}
