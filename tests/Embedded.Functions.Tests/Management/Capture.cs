using System.Text;
using System.Text.RegularExpressions;

namespace Embedded.Functions.Tests.Management;

/// <summary>One exchange as the real platform gave it: request line, body if any, status, headers, body.</summary>
internal sealed partial class Capture
{
    /// <summary>The headers that callers live by; Content-Length depends on ids, Server and Date on the weather.</summary>
    private static readonly string[] Counted = ["Content-Type", "Location", "Retry-After", "WWW-Authenticate"];

    private Capture(string name) => Name = name;

    public string Name { get; }

    public required HttpMethod Method { get; init; }

    /// <summary>Path and query as they were called.</summary>
    public required string Path { get; init; }

    public string? RequestBody { get; init; }

    public required int Status { get; init; }

    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    public required string Body { get; init; }

    public static Capture Read(string set, string name)
    {
        var text = File.ReadAllText(System.IO.Path.Combine(AppContext.BaseDirectory, "Captures", set, name + ".txt")).ReplaceLineEndings("\n");
        var response = text.IndexOf("HTTP/1.1 ", StringComparison.Ordinal);
        var request = text[..response].Trim().Split('\n');
        var (head, body) = text[response..].Split("\n\n", 2) is [var h, var b] ? (h, b) : (text[response..], "");
        var lines = head.Split('\n');
        var call = request[0].Split(' ', 2);
        return new Capture(name)
        {
            Method = HttpMethod.Parse(call[0]),
            Path = Uri.TryCreate(call[1], UriKind.Absolute, out var url) ? url.PathAndQuery : call[1],
            RequestBody = request.Length > 1 ? request[1]["(request body) ".Length..] : null,
            Status = int.Parse(lines[0].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture),
            Headers = lines[1..].Select(line => line.Split(": ", 2)).Where(pair => pair.Length == 2)
                .ToDictionary(pair => pair[0], pair => pair[1].Trim(), StringComparer.OrdinalIgnoreCase),
            Body = body.Trim(),
        };
    }

    /// <summary>
    /// Status, headers and body are the platform's, byte for byte but for ids, times, addresses, keys and the order in which
    /// activities finish that run at once.
    /// </summary>
    public async Task AssertAnsweredByAsync(HttpResponseMessage answer)
    {
        var body = await answer.Content.ReadAsStringAsync();
        Assert.Equal($"{Name} {Status}", $"{Name} {(int)answer.StatusCode}");
        foreach (var header in Counted)
        {
            Assert.Equal($"{header}: {Mask(Headers.GetValueOrDefault(header, "none"))}", $"{header}: {Mask(Header(answer, header) ?? "none")}");
        }

        Assert.Equal(Mask(Body), Mask(body));
        Assert.Equal(Encoding.UTF8.GetByteCount(body), answer.Content.Headers.ContentLength);
    }

    public static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) || answer.Content.Headers.TryGetValues(name, out values) ? string.Join(',', values) : null;

    public static string Mask(string text)
    {
        text = Authority().Replace(text, "http://host/");
        text = Code().Replace(text, "code=KEY");
        text = Hub().Replace(text, "taskHub=HUB");
        text = LongId().Replace(text, "ID");
        text = Time().Replace(text, "TIME");
        text = Known().Replace(text, "functions: ALL.");
        text = Stack().Replace(text, "\"StackTrace\":null");
        return Completions().Replace(text, run => string.Join("},{", run.Value.Split("},{").Order(StringComparer.Ordinal)));
    }

    /// <summary>Neighbouring completions of a history, from the first one's first member to the last one's last.</summary>
    [GeneratedRegex("""(?<={)"EventType":"TaskCompleted"[^{}]*(},{"EventType":"TaskCompleted"[^{}]*)+""")]
    private static partial Regex Completions();

    [GeneratedRegex(@"http://(localhost|127\.0\.0\.1):\d+/")]
    private static partial Regex Authority();

    [GeneratedRegex(@"code=[^""&\\ ]+")]
    private static partial Regex Code();

    [GeneratedRegex(@"taskHub=\w+")]
    private static partial Regex Hub();

    [GeneratedRegex("[0-9a-f]{32}")]
    private static partial Regex LongId();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")]
    private static partial Regex Time();

    [GeneratedRegex(@"functions: '[^""]*'\.")]
    private static partial Regex Known();

    [GeneratedRegex("\"StackTrace\":\"([^\"\\\\]|\\\\.)*\"")]
    private static partial Regex Stack();
}
