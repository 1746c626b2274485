using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Fuzz;

internal enum Tone
{
    Valid,

    /// <summary>With one fault.</summary>
    Near,
    Hostile,
}

/// <param name="Operation">Null where the address leads to none: then any refusal will do.</param>
/// <param name="IsForServer">The web server before the app may refuse it as well.</param>
internal sealed record FuzzRequest(
    int Number, Operation? Operation, string Method, string Target, IReadOnlyList<(string Name, string Value)> Headers, byte[]? Body, bool IsForServer)
{
    public string Name => $"#{Number} {Operation?.Id ?? $"{Method} of no operation"}";

    /// <summary>As a command that sends the same octets; a body that a shell would not carry is put into a file.</summary>
    public string ToCurl(Uri address, int seed)
    {
        var command = new StringBuilder($"curl -si --path-as-is -X {Method} {Quote($"{address.GetLeftPart(UriPartial.Authority)}{Target}")}");
        foreach (var (name, value) in Headers)
        {
            // curl leaves a header without a value out unless it ends so.
            command.Append($" -H {Quote(value.Length == 0 ? $"{name};" : $"{name}: {value}")}");
        }

        if (Body is not null && Body.Length <= 1_000 && Body.All(octet => octet is >= (byte)' ' and <= (byte)'~'))
        {
            command.Append($" --data-binary {Quote(Encoding.ASCII.GetString(Body))}");
        }
        else if (Body is not null)
        {
            var file = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"fuzz-{seed}-{Number}.body"));
            File.WriteAllBytes(file, Body);
            command.Append($" --data-binary {Quote($"@{file}")}");
        }

        return command.ToString();
    }

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}

/// <summary>Makes a request from its number: the same number of the same seed is the same request, but for ids that the app has given.</summary>
internal sealed class RequestMaker
{
    private const int LongestTarget = 7_000;

    private static readonly (string Name, string Value)[] OddHeaders =
    [
        ("Accept", "text/html"), ("Accept", "application/xml;q=0"), ("Accept-Encoding", "br, gzip;q=x"), ("Content-Encoding", "gzip"), ("X-HTTP-Method-Override", "DELETE"), ("X-Forwarded-Host", "evil.example"),
        ("X-Forwarded-For", "127.0.0.1"), ("x-ms-client-principal", "bm90IGpzb24="), ("x-ms-client-principal", "%%%"), ("x-ms-client-principal-name", "[31madmin"), ("traceparent", "00-zz-zz-01"),
        ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"), ("Expect", ""), ("Cookie", "a=b"), ("Origin", "null"), ("If-None-Match", "*"), ("X-Long", new('h', 6_000)),
    ];

    private readonly int _seed;
    private readonly ApiDocument _document;
    private readonly KnownIds _ids;
    private readonly Bodies _bodies;
    private readonly OrderFiles _files;

    public RequestMaker(int seed, ApiDocument document, KnownIds ids)
    {
        _seed = seed;
        _document = document;
        _ids = ids;
        _bodies = new Bodies(document, ids);
        _files = new OrderFiles(_bodies, ids, document.Operations.Single(operation => operation is { Method: "POST", Path: "/api/orders" }));
    }

    public FuzzRequest Make(int number)
    {
        var random = new Random(unchecked((_seed * 1_000_003) + number));
        var operation = random.Pick(_document.Operations);
        var tone = random.NextDouble() switch { < 0.4 => Tone.Valid, < 0.75 => Tone.Near, _ => Tone.Hostile };
        if (tone == Tone.Hostile && random.Chance(0.05))
        {
            return NoOperation(random, number, operation);
        }

        var spoilt = new HashSet<string>(tone switch
        {
            Tone.Valid => [],
            Tone.Near => [random.Pick([.. PlacesOf(operation)])],
            _ => PlacesOf(operation).Where(_ => random.Chance(0.6)),
        });
        var (path, isPath, isPlainPath) = MakePath(random, operation, spoilt.Contains("path"));
        var query = MakeQuery(random, operation, tone, spoilt.Contains("query"));
        var (body, mediaType) = MakeBody(random, operation, tone, spoilt.Contains("body"));
        var headers = MakeHeaders(random, operation, spoilt.Contains("header"));
        if (mediaType is not null)
        {
            headers.Add(("Content-Type", spoilt.Contains("header") && random.Chance(0.3) ? random.Pick(Texts.MediaTypes) : mediaType));
        }

        return new(number, isPath ? operation : null, operation.Method, path + query, headers, body, !isPlainPath || spoilt.Contains("header"));
    }

    private static IEnumerable<string> PlacesOf(Operation operation) =>
    [
        .. operation.Parameters.Select(parameter => parameter.Place).Append("query").Distinct(),
        .. operation.Bodies is null ? Array.Empty<string>() : ["body", "body", "body", "header"],
    ];

    private static FuzzRequest NoOperation(Random random, int number, Operation operation)
    {
        var method = random.Pick(["GET", "PUT", "DELETE", "PATCH", "POST", "OPTIONS", "HEAD", "TRACE", "PROPFIND", "get"]);
        var target = random.Pick(["/", "/api", "/api/", "/api//orders", "/api/orders/", "/API/ORDERS", "/api/orders/a/b/c", "/admin/host/status", "/api/../api/health", "/runtime/webhooks/durabletask/x", "/api/%2e%2e/%2e%2e/x", "/robots.txt", operation.Path]);
        return new(number, null, method, target, [], null, IsForServer: true);
    }

    private (string Path, bool IsOperation, bool IsPlain) MakePath(Random random, Operation operation, bool isSpoilt)
    {
        var (path, isOperation, isPlain) = (operation.Path, true, true);
        string? orderId = null;
        foreach (var parameter in operation.Parameters.Where(parameter => parameter.Place == "path"))
        {
            var kind = parameter.Name == "instanceId" && random.Chance(0.5) ? "workflowId" : parameter.Name;
            var id = _ids.Pick(random, kind);
            if (kind == "workflowId" && orderId is not null && random.Chance(0.7))
            {
                id = $"order-fulfillment-{orderId}";
            }

            orderId = kind == "orderId" ? id : orderId;
            var value = Texts.Escape(id);
            if (isSpoilt)
            {
                var isRaw = random.Chance(0.15);
                // A server takes no zero in a path.
                var text = random.Pick(Texts.Hostile).Replace("\0", "\u0001", StringComparison.Ordinal);
                value = isRaw ? random.Pick(Texts.RawInAddress) : random.Chance(0.2) ? value.ToUpperInvariant() : Texts.Escape(text);
                isPlain &= !isRaw;
                // Servers resolve these before they look for an operation.
                isOperation &= value is not ("" or "." or "..");
            }

            path = path.Replace($"{{{parameter.Name}}}", value, StringComparison.Ordinal);
        }

        return (path, isOperation, isPlain);
    }

    private string MakeQuery(Random random, Operation operation, Tone tone, bool isSpoilt)
    {
        List<string> parts = [];
        var declared = operation.Parameters.Where(parameter => parameter.Place == "query").ToList();
        foreach (var parameter in declared)
        {
            if (random.Chance(parameter.Name == "pageToken" ? 0.1 : 0.3))
            {
                parts.Add($"{parameter.Name}={Texts.Escape(QueryValue(random, parameter, Tone.Valid))}");
            }
        }

        if (isSpoilt)
        {
            var name = declared.Count > 0 ? random.Pick(declared) : new("query", "filter", []);
            parts.RemoveAll(part => part.StartsWith($"{name.Name}=", StringComparison.Ordinal));
            parts.Add(random.Next(8) switch
            {
                0 => $"{random.Pick(["surprise", "Filter", "flter", "page_size", "", "%00", "code2", "__proto__"])}=1",
                1 => $"{name.Name}=",
                2 => $"{name.Name}=a&{name.Name}=b",
                3 => name.Name,
                4 => $"{name.Name}={random.Pick(Texts.RawInAddress)}",
                5 => $"{name.Name.ToUpperInvariant()}={Texts.Escape(QueryValue(random, name, Tone.Valid))}",
                6 => $"{name.Name}={Texts.Escape(QueryValue(random, name, tone))}",
                _ => $"{name.Name}={Texts.Escape(Texts.HostileOr(random, mayBeLong: true))}",
            });
        }

        var query = parts.Count == 0 ? string.Empty : $"?{string.Join('&', parts)}";
        return query.Length > LongestTarget ? query[..LongestTarget].TrimEnd('%') : query;
    }

    private string QueryValue(Random random, Parameter parameter, Tone tone) => parameter switch
    {
        { Name: "filter" } => Filters.Make(random, ofWorkflows: false, tone),
        { Name: "query" } => Filters.Make(random, ofWorkflows: true, tone),
        _ when tone != Tone.Valid => random.Pick(Texts.Hostile),
        { Name: "pageToken" } => _ids.Pick(random, "nextPageToken"),
        { Name: "status" } => random.Pick([.. Texts.Statuses, "completed", "dead_letter"]),
        _ when _ids.Knows(parameter.Name) => _ids.Pick(random, parameter.Name),
        _ => _bodies.Make(random, parameter.Schema, parameter.Name)!.ToString(),
    };

    private (byte[]? Body, string? MediaType) MakeBody(Random random, Operation operation, Tone tone, bool isSpoilt)
    {
        if (operation.Bodies is null)
        {
            return isSpoilt || random.Chance(0.02) ? ("{\"a\":1}"u8.ToArray(), "application/json") : (null, null);
        }

        var mediaType = random.Pick([.. operation.Bodies.Select(body => body.Key)]);
        if (mediaType != "application/json")
        {
            return (_files.Make(random, mediaType, isSpoilt ? tone : Tone.Valid), mediaType);
        }

        var body = _bodies.Make(random, operation.JsonBody, operation.Id);
        if (operation.Id == "QueryWorkflows")
        {
            body!["query"] = Filters.Make(random, ofWorkflows: true, Tone.Valid);
        }

        if (operation.Path.Contains("{orderId}", StringComparison.Ordinal))
        {
            // The address says it.
            (body as JsonObject)?.Remove("orderId");
        }

        return (isSpoilt ? Bodies.Spoil(random, body, tone == Tone.Near ? 1 : random.Next(1, 4)) : Encoding.UTF8.GetBytes(body!.ToJsonString()), mediaType);
    }

    private List<(string Name, string Value)> MakeHeaders(Random random, Operation operation, bool isSpoilt)
    {
        List<(string, string)> headers = [];
        foreach (var name in operation.Parameters.Where(parameter => parameter.Place == "header").Select(parameter => parameter.Name))
        {
            if (random.Chance(0.4))
            {
                headers.Add((name, isSpoilt ? random.Pick(Texts.HeaderValues) : name switch
                {
                    "If-Match" => _ids.Pick(random, "ETag"),
                    "Range" => random.Pick(["bytes=0-", "bytes=0-99", "bytes=-10"]),
                    // Met again now and then, with the same body or another.
                    _ => string.Create(CultureInfo.InvariantCulture, $"fuzz-{_seed}-{random.Next(60)}"),
                }));
            }
        }

        if (isSpoilt && random.Chance(0.6))
        {
            headers.Add(random.Pick(OddHeaders));
        }

        return headers;
    }
}
