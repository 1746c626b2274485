namespace Reprocessing.Cli;

internal sealed record Session(ApiClient Api, Results Results, Messages Messages, HostEnvironment Host) : IDisposable
{
    /// <param name="limit">0 is all.</param>
    public async Task<int> ListAsync(IReadOnlyList<Column> columns, ApiRequest list, int limit, CancellationToken cancellationToken)
    {
        await Results.ListAsync(columns, Api.ReadAsync(list, limit, cancellationToken), cancellationToken);
        return ExitCode.Ok;
    }

    public Task<int> ShowAsync(ApiRequest request, IReadOnlyList<Column> fields, CancellationToken cancellationToken) =>
        ShowAsync(request, (found, results) => results.One(found, fields), cancellationToken);

    public async Task<int> ShowAsync(ApiRequest request, Action<JsonElement, Results> write, CancellationToken cancellationToken)
    {
        write(await Api.SendAsync(request, cancellationToken), Results);
        return ExitCode.Ok;
    }

    public void Dispose() => Api.Dispose();
}

internal sealed class GlobalOptions
{
    private readonly Option<string?> _url = new("--url")
    {
        Description = $"Address of the app. Default: REPROCESS_URL, or {Connection.DefaultUrl}.",
        Recursive = true,
    };

    private readonly Option<string?> _key = new("--key")
    {
        Description = "Function key, sent as x-functions-key. Default: REPROCESS_KEY, which other users of the machine cannot see.",
        Recursive = true,
    };

    private readonly Option<string?> _token = new("--token")
    {
        Description = "Access token of the app's sign-in, sent as Authorization: Bearer. Default: REPROCESS_TOKEN.",
        Recursive = true,
    };

    private readonly Option<OutputFormat> _output = new("--output", "-o")
    {
        Description = "How results are written, on stdout; table unless said.",
        HelpName = "table|json|ndjson|csv",
        Recursive = true,
    };

    private readonly Option<bool> _verbose = new("--verbose", "-v") { Description = "Print the requests, without keys.", Recursive = true };

    public GlobalOptions() => _output.AcceptOnlyFromAmong([.. Enum.GetNames<OutputFormat>().Select(name => name.ToLowerInvariant())]);

    public void AddTo(RootCommand root)
    {
        root.Add(_url);
        root.Add(_key);
        root.Add(_token);
        root.Add(_output);
        root.Add(_verbose);
    }

    public Session Open(ParseResult parsed, HostEnvironment host)
    {
        var messages = new Messages(host);
        var connection = Connection.Of(
            Said(parsed.GetValue(_url), host, "REPROCESS_URL") ?? Connection.DefaultUrl,
            Said(parsed.GetValue(_key), host, "REPROCESS_KEY"),
            Said(parsed.GetValue(_token), host, "REPROCESS_TOKEN"));
        if (connection.ExposesSecret)
        {
            messages.Warn("The key or token goes over http, where others can read it: use https.");
        }

        return new(
            new ApiClient(connection, host, new RequestLog(parsed.GetValue(_verbose) ? messages : null)),
            new Results(parsed.GetValue(_output), host),
            messages,
            host);
    }

    private static string? Said(string? option, HostEnvironment host, string variable) =>
        option is { Length: > 0 } ? option : host.Variable(variable) is { Length: > 0 } set ? set : null;
}
