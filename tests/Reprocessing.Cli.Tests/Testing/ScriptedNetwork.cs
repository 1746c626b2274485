using System.IO.Pipelines;
using System.Text;

namespace Reprocessing.Cli.Tests.Testing;

/// <summary>Answers by a script and remembers what was asked. A route's last answer is given again; one that is not in the script fails.</summary>
internal sealed class ScriptedNetwork : HttpMessageHandler
{
    private readonly List<(string Method, string Path, Queue<Func<HttpResponseMessage>> Responses)> _routes = [];

    public List<SentRequest> Sent { get; } = [];

    public IEnumerable<string> Lines => Sent.Select(request => request.ToString());

    /// <param name="path">Without the query.</param>
    public ScriptedNetwork On(string method, string path, params IEnumerable<Func<HttpResponseMessage>> answers)
    {
        _routes.Add((method, path, new(answers)));
        return this;
    }

    public ScriptedNetwork Get(string path, params string[] json) => On("GET", path, json.Select(text => Json(text)));

    public static Func<HttpResponseMessage> Json(string json, HttpStatusCode status = HttpStatusCode.OK) => Text(json, "application/json", status);

    public static Func<HttpResponseMessage> Text(string text, string mediaType, HttpStatusCode status = HttpStatusCode.OK) =>
        () => new HttpResponseMessage(status) { Content = new StringContent(text, Encoding.UTF8, mediaType) };

    public static Func<HttpResponseMessage> Problem(HttpStatusCode status, string code, string further = "") => Text(
        $$"""{"title":"It was refused.","status":{{(int)status}},"detail":"Because.","code":"{{code}}"{{further}}}""", "application/problem+json", status);

    /// <summary>Takes the request and never answers.</summary>
    public static Func<HttpResponseMessage> Silence { get; } = () => new HttpResponseMessage(HttpStatusCode.Processing);

    /// <summary>Answers with headers, and with nothing after them.</summary>
    public static Func<HttpResponseMessage> SilentBody(string mediaType) => () =>
    {
        var content = new StreamContent(new Pipe().Reader.AsStream());
        content.Headers.ContentType = new(mediaType);
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = content };
    };

    public static Func<HttpResponseMessage> Fault(HttpRequestError error) => () => throw new HttpRequestException(error, "The line is dead.");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var body = request.Content is null ? string.Empty : await request.Content.ReadAsStringAsync(cancellationToken);
        var headers = request.Headers.Concat(request.Content?.Headers.AsEnumerable() ?? [])
            .ToDictionary(header => header.Key, header => string.Join(',', header.Value));
        Sent.Add(new(request.Method.Method, request.RequestUri!.PathAndQuery, body, headers));
        var answers = _routes.LastOrDefault(route => route.Method == request.Method.Method && route.Path == request.RequestUri.AbsolutePath).Responses
            ?? throw new InvalidOperationException($"The script has no {request.Method} {request.RequestUri.AbsolutePath}.");
        var answer = answers.Count > 1 ? answers.Dequeue()() : answers.Peek()();
        if (answer.StatusCode == HttpStatusCode.Processing)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        return answer;
    }
}
