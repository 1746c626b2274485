using System.Net;
using System.Text;
using Azure.Core.Pipeline;

namespace Embedded.DataTables.Tests.Protocol;

/// <summary>The service as a transport: answers what a test says and keeps what was sent.</summary>
internal sealed class FakeService
{
    private readonly Queue<Func<CancellationToken, Task<HttpResponseMessage>>> _answers = new();

    public const string Account = "account";
    public const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    public static readonly Uri Endpoint = new("https://account.table.core.windows.net");

    public List<SentRequest> Sent { get; } = [];

    /// <summary>Retries without waiting.</summary>
    public TableClientOptions Options()
    {
        var options = new TableClientOptions { Transport = new HttpClientTransport(new Handler(this)) };
        options.Retry.Delay = TimeSpan.FromMilliseconds(1);
        options.Retry.MaxDelay = TimeSpan.FromMilliseconds(1);
        return options;
    }

    public TableClient Table(TableClientOptions? options = null)
        => new(Endpoint, "Orders", new TableSharedKeyCredential(Account, Key), options ?? Options());

    public FakeService Answers(HttpStatusCode status, string body = "", string type = "application/json", params (string Name, string Value)[] headers)
    {
        _answers.Enqueue(_ => Task.FromResult(Answer(status, body, type, headers)));
        return this;
    }

    public FakeService Fails(Exception error)
    {
        _answers.Enqueue(_ => Task.FromException<HttpResponseMessage>(error));
        return this;
    }

    /// <summary>Never answers; only a cancellation ends the request.</summary>
    public FakeService Hangs()
    {
        _answers.Enqueue(async cancellation =>
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            throw new InvalidOperationException("Unreachable.");
        });
        return this;
    }

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellation);
        var headers = request.Headers.Concat(request.Content?.Headers ?? Enumerable.Empty<KeyValuePair<string, IEnumerable<string>>>());
        Sent.Add(new(request.Method.Method, request.RequestUri!, headers.ToDictionary(header => header.Key, header => string.Join(',', header.Value)), body));
        return await (_answers.Count > 0 ? _answers.Dequeue()(cancellation) : Task.FromResult(Answer(HttpStatusCode.NoContent, "", "text/plain", [])));
    }

    private static HttpResponseMessage Answer(HttpStatusCode status, string body, string type, (string Name, string Value)[] headers)
    {
        var response = new HttpResponseMessage(status) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        response.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        foreach (var (name, value) in headers)
        {
            response.Headers.TryAddWithoutValidation(name, value);
        }

        return response;
    }

    private sealed class Handler(FakeService service) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            => service.AnswerAsync(request, cancellationToken);
    }
}

internal sealed record SentRequest(string Method, Uri Uri, IReadOnlyDictionary<string, string> Headers, string Body);
