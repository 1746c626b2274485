namespace Reprocessing.Functions.Http;

internal static class RequestBody
{
    /// <summary>1 MiB, the most that one order may bring.</summary>
    public const int Limit = 1024 * 1024;

    public const int SelectionLimit = 8 * Limit;

    private const string TooDeep = "The body is nested too deeply or is not valid JSON";

    public static Task<T> ReadBodyAsync<T>(this HttpRequestData request, CancellationToken cancellationToken)
        where T : class => request.ReadBodyAsync<T>(_ => [], cancellationToken);

    public static Task<T> ReadBodyAsync<T>(this HttpRequestData request, Func<T, IEnumerable<ProblemError?>> rules, CancellationToken cancellationToken)
        where T : class => request.ReadBodyAsync(rules, Limit, cancellationToken);

    public static async Task<T> ReadBodyAsync<T>(
        this HttpRequestData request, Func<T, IEnumerable<ProblemError?>> rules, int limit, CancellationToken cancellationToken)
        where T : class => request.Checked(OrThrow(Parse<T>(await ReadBytesAsync(request.Body, limit, cancellationToken))), rules);

    public static async Task<T> ReadOptionalBodyAsync<T>(this HttpRequestData request, T whenEmpty, CancellationToken cancellationToken)
        where T : class
    {
        var bytes = await ReadBytesAsync(request.Body, Limit, cancellationToken);
        return request.Checked(bytes.Span.Trim(" \t\r\n"u8).IsEmpty ? whenEmpty : OrThrow(Parse<T>(bytes)));
    }

    internal static (T? Value, Problem? Problem) Parse<T>(ReadOnlyMemory<byte> bytes)
        where T : class
    {
        try
        {
            // Parsed apart from being read as T, so that 'this is not JSON' and 'this member is wrong' stay two answers.
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = StrictJson.MaxDepth });
            var body = document.RootElement.ValueKind == JsonValueKind.Object
                ? Convert<T>(document)
                : (null, Problems.InvalidBody("The body must be a JSON object.", "#"));

            // Only after it, because it says which member is wrong; free-form members are not read by it.
            return body.Value is not null && StrictJson.FindFault(bytes.Span) is { } fault ? (null, Problems.InvalidBody($"The body {fault}.", "#")) : body;
        }
        catch (JsonException e)
        {
            return (null, Problems.InvalidBody(Malformed(e), "#"));
        }
    }

    private static (T? Value, Problem? Problem) Convert<T>(JsonDocument document)
        where T : class
    {
        try
        {
            return (document.Deserialize<T>(AppJson.StrictBodies), null);
        }
        catch (JsonException e)
        {
            var fault = e switch
            {
                { InnerException: InvalidOperationException } => "The text is not Unicode: half of a surrogate pair.",
                _ when e.Message.Contains("could not be mapped", StringComparison.Ordinal) => "There is no member of this name.",
                _ when e.Message.Contains("Duplicate property", StringComparison.Ordinal) => "The member is there twice.",
                _ => "The value is of the wrong type or out of range.",
            };
            return (null, Problems.InvalidBody(fault, JsonPointer.FromPath(e.Path)));
        }
    }

    private static T Checked<T>(this HttpRequestData request, T body, Func<T, IEnumerable<ProblemError?>>? rules = null)
        where T : class => BodyRules.Check(body, rules, Caller.Principal(request)) is { Count: > 0 } faults
        ? throw new ProblemException(Problems.InvalidBody(faults))
        : body;

    private static T OrThrow<T>((T? Value, Problem? Problem) body)
        where T : class => body.Value ?? throw new ProblemException(body.Problem!);

    private static string Malformed(JsonException e) =>
        e.LineNumber is { } line && e.BytePositionInLine is { } column ? $"{TooDeep}, at line {line + 1}, byte {column + 1}." : $"{TooDeep}.";

    private static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(Stream body, int limit, CancellationToken cancellationToken)
    {
        var bytes = await body.ReadUpToAsync(limit, cancellationToken);
        return bytes.Length > limit ? throw new ProblemException(Problems.BodyTooLarge(limit))
            : bytes.Span.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes;
    }
}

internal static class BoundedReads
{
    /// <returns>Up to one byte more than the bound, which shows that there is more.</returns>
    public static async Task<ReadOnlyMemory<byte>> ReadUpToAsync(this Stream stream, int maxBytes, CancellationToken cancellationToken)
    {
        using var read = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (read.Length <= maxBytes
            && await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, maxBytes + 1 - read.Length)), cancellationToken) is > 0 and var count)
        {
            read.Write(buffer, 0, count);
        }

        return new(read.GetBuffer(), 0, (int)read.Length);
    }
}

internal static partial class JsonPointer
{
    public static string FromPath(string? path) =>
        $"#{string.Concat(Steps().Matches(path ?? string.Empty).Select(step => $"/{Escape(step.Groups["name"].Value)}"))}";

    private static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    [GeneratedRegex(@"\['(?<name>.*?)'\]|\[(?<name>\d+)\]|\.(?<name>[^.\[]+)", RegexOptions.Singleline)]
    private static partial Regex Steps();
}
