using System.Diagnostics;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Reprocessing.Cli.Http;

/// <summary>Calls the app's HTTP API. A problem response ends the command; transport failures are retried where that is safe.</summary>
internal sealed class ApiClient(Connection connection, HostEnvironment host, RequestLog log) : IDisposable
{
    private const int LargestPage = 200;

    /// <summary>Times the usual patience: the app has more time for a file.</summary>
    private const double LongPatience = 2.2;

    /// <summary>Bytes a second, over the slowest line.</summary>
    private const double SlowestUpload = 20_000;

    // Each request has its own limit.
    private readonly HttpClient _http = new(host.Network()) { Timeout = Timeout.InfiniteTimeSpan };

    public Connection Connection { get; } = connection;

    public Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken) => SendAsync(ApiRequest.Get(path), cancellationToken);

    public async Task<JsonElement> SendAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        using var response = await OpenAsync(request, cancellationToken);
        if (response.Content.Headers.ContentType?.MediaType is not "application/json")
        {
            throw new CommandException(
                ExitCode.Error, $"The answer to {request.Name} is not JSON.", "Is --url the address of the app? 'reprocess doctor' looks into it.");
        }

        var text = await TextAsync(response, cancellationToken);
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            throw new CommandException(ExitCode.Error, $"The answer to {request.Name} is no whole JSON.");
        }
    }

    /// <summary>Reads a list page by page, and no page beyond the limit.</summary>
    /// <param name="limit">0 is all.</param>
    public async IAsyncEnumerable<JsonElement> ReadAsync(
        ApiRequest list, int limit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var left = limit == 0 ? int.MaxValue : limit;
        string? token = null;
        do
        {
            var path = $"{list.Path}{(list.Path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}pageSize={Math.Min(left, LargestPage)}"
                + (token is null ? string.Empty : $"&pageToken={Uri.EscapeDataString(token)}");
            var page = await SendAsync(list with { Path = path }, cancellationToken);
            foreach (var item in page.ItemsOf("items").Take(left))
            {
                left--;
                yield return item;
            }

            var next = page.TextOrNull("nextPageToken");
            token = next is null || next != token
                ? next
                : throw new CommandException(ExitCode.Error, "The app gives the same page again and again: what was shown may not be all of it.");
        }
        while (token is not null && left > 0);
    }

    /// <summary>Returns once the headers are there. The caller reads the content and disposes of the response.</summary>
    public async Task<HttpResponseMessage> OpenAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        for (var tried = 1; ; tried++)
        {
            var (response, fault) = await TryAsync(request, cancellationToken);
            if (response is { IsSuccessStatusCode: true })
            {
                return response;
            }

            var mayRetry = tried < RetryRule.Tries
                && (response is null ? RetryRule.Allows(request, fault!, tried) : RetryRule.Allows(request, response.StatusCode));
            using (response)
            {
                if (!mayRetry)
                {
                    throw response is null ? Lost(request, fault!) : await ApiProblem.ReadAsync(response, () => TextAsync(response, cancellationToken));
                }

                var pause = RetryRule.Pause(tried, response, host.Time.GetUtcNow());
                log.Again(request, response is null ? fault!.Message : $"{(int)response.StatusCode}", pause);
                await Task.Delay(pause, host.Time, cancellationToken);
            }
        }
    }

    /// <summary>Waits for a part of an answer no longer than the command is patient.</summary>
    /// <exception cref="TimeoutException">Nothing came in time.</exception>
    public Task<T> InTimeAsync<T>(Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        InTimeAsync(host.Patience, read, cancellationToken);

    public void Dispose() => _http.Dispose();

    private static async Task<T> InTimeAsync<T>(TimeSpan limit, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(limit);
        try
        {
            return await work(patience.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"No answer within {limit.TotalSeconds:0} s.", e);
        }
    }

    private async Task<(HttpResponseMessage? Response, Exception? Fault)> TryAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        using var message = Message(request);
        var upload = TimeSpan.FromSeconds((request.IsLong ? message.Content?.Headers.ContentLength ?? 0 : 0) / SlowestUpload);
        log.Sending(message, request.Body);
        var began = Stopwatch.GetTimestamp();
        try
        {
            var response = await InTimeAsync(
                (request.IsLong ? LongPatience * host.Patience : host.Patience) + upload,
                token => _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, token),
                cancellationToken);
            log.Received(response, Stopwatch.GetElapsedTime(began));
            return (response, null);
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutException)
        {
            return (null, e);
        }
    }

    private HttpRequestMessage Message(ApiRequest request)
    {
        var message = new HttpRequestMessage(request.Method, Connection.To(request.Path))
        {
            Content = request.Content?.Invoke() ?? (request.Body is { } body ? new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") : null),
        };
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("*/*"));
        message.Headers.UserAgent.Add(new ProductInfoHeaderValue("reprocess", CommandLine.Version));
        if (Connection.Key.Length > 0 && !request.HasOwnKey)
        {
            message.Headers.TryAddWithoutValidation(Connection.KeyHeader, Connection.Key);
        }

        if (Connection.Token.Length > 0)
        {
            message.Headers.Authorization = new("Bearer", Connection.Token);
        }

        if (request.IdempotencyKey is { } key)
        {
            message.Headers.TryAddWithoutValidation("Idempotency-Key", $"\"{key}\"");
        }

        return message;
    }

    private async Task<string> TextAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return await InTimeAsync(response.Content.ReadAsStringAsync, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TimeoutException)
        {
            throw new CommandException(ExitCode.Unreachable, "The answer broke off.", e.Message);
        }
    }

    private CommandException Lost(ApiRequest request, Exception fault)
    {
        List<string> lines = [$"{Connection.Url.GetLeftPart(UriPartial.Authority)} does not answer: {fault.Message}"];
        if (request.Method != HttpMethod.Get && !RetryRule.NeverLeft(fault))
        {
            lines.Add("Whether the request was carried out is not known: look before you repeat it.");
        }

        return new(ExitCode.Unreachable, lines);
    }
}

/// <summary>Prints requests and responses for <c>--verbose</c>, without headers and keys.</summary>
/// <param name="messages">Null prints nothing.</param>
internal sealed partial class RequestLog(Messages? messages)
{
    private const int MostBody = 2_000;

    public void Sending(HttpRequestMessage message, JsonNode? body)
    {
        messages?.Say($"> {message.Method} {WithoutKey(message.RequestUri!)}");
        if (body?.ToJsonString() is { } text)
        {
            messages?.Say($"> {(text.Length > MostBody ? text[..MostBody] + "..." : text)}");
        }
    }

    public void Received(HttpResponseMessage response, TimeSpan took) =>
        messages?.Say(string.Create(CultureInfo.InvariantCulture, $"< {(int)response.StatusCode} after {took.TotalMilliseconds:0} ms"));

    public void Again(ApiRequest request, string why, TimeSpan pause) =>
        messages?.Say($"! {request.Name}: {why}; again in {Durations.Show(pause.TotalSeconds)}");

    /// <summary>A URL of the management API has its key in the query.</summary>
    private static string WithoutKey(Uri address) => Key().Replace(address.AbsoluteUri, "$1***");

    [GeneratedRegex("([?&]code=)[^&]*", RegexOptions.IgnoreCase)]
    private static partial Regex Key();
}
