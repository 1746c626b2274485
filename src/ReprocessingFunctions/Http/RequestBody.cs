namespace ReprocessingFunctions.Http;

/// <summary>A request body as read, or the problem that it has.</summary>
internal sealed record RequestBody<T>(T? Value, Problem? Problem)
    where T : class
{
    public T OrThrow() => Value ?? throw new ProblemException(Problem ?? Problems.NoObject);
}

/// <summary>Reads JSON bodies strictly; every fault names the member that it is about.</summary>
internal static class RequestBody
{
    /// <summary>1 MiB, the most that one order may bring.</summary>
    public const int Limit = 1024 * 1024;

    private const string TooDeep = "The body is nested too deeply or is not valid JSON";

    public static async Task<T> ReadBodyAsync<T>(this HttpRequestData request, CancellationToken cancellationToken)
        where T : class => (await ReadAsync<T>(request, cancellationToken)).OrThrow();

    public static async Task<T> ReadOptionalBodyAsync<T>(this HttpRequestData request, T whenEmpty, CancellationToken cancellationToken)
        where T : class => (await ReadOptionalAsync(request, whenEmpty, cancellationToken)).OrThrow();

    public static async Task<RequestBody<T>> ReadAsync<T>(HttpRequestData request, CancellationToken cancellationToken)
        where T : class
    {
        var (bytes, problem) = await ReadBytesAsync(request.Body, cancellationToken);
        return problem is not null ? new(null, problem) : Parse<T>(bytes);
    }

    /// <summary>As <see cref="ReadAsync{T}"/>; no body at all stands for <paramref name="whenEmpty"/>.</summary>
    public static async Task<RequestBody<T>> ReadOptionalAsync<T>(HttpRequestData request, T whenEmpty, CancellationToken cancellationToken)
        where T : class
    {
        var (bytes, problem) = await ReadBytesAsync(request.Body, cancellationToken);
        if (problem is not null)
        {
            return new(null, problem);
        }

        return bytes.Span.Trim(" \t\r\n"u8).IsEmpty ? new(whenEmpty, null) : Parse<T>(bytes);
    }

    internal static RequestBody<T> Parse<T>(ReadOnlyMemory<byte> bytes)
        where T : class
    {
        try
        {
            // Parsed apart from being read as T, so that 'this is not JSON' and 'this member is wrong' stay two answers.
            using var document = JsonDocument.Parse(
                bytes, new JsonDocumentOptions { MaxDepth = AppJson.MaxBodyDepth, AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return Faulty<T>("The body must be a JSON object.", "#");
            }

            return Convert<T>(document);
        }
        catch (JsonException e)
        {
            return Faulty<T>(Malformed(e), "#");
        }
    }

    private static RequestBody<T> Convert<T>(JsonDocument document)
        where T : class
    {
        try
        {
            return new(document.Deserialize<T>(AppJson.StrictBodies), null);
        }
        catch (JsonException e)
        {
            var pointer = JsonPointer.FromPath(e.Path);
            return Faulty<T>(
                e.Message.Contains("could not be mapped", StringComparison.Ordinal)
                    ? "There is no member of this name."
                    : "The value is of the wrong type or out of range.",
                pointer);
        }
    }

    private static string Malformed(JsonException e) =>
        e.LineNumber is { } line && e.BytePositionInLine is { } column
            ? $"{TooDeep}, at line {line + 1}, byte {column + 1}."
            : $"{TooDeep}, or it names a member twice.";

    private static RequestBody<T> Faulty<T>(string detail, string pointer)
        where T : class => new(null, Problems.InvalidBody(detail, pointer));

    private static async Task<(ReadOnlyMemory<byte> Bytes, Problem? Problem)> ReadBytesAsync(Stream body, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        int read;
        while ((read = await body.ReadAsync(chunk, cancellationToken)) > 0)
        {
            if (buffer.Length + read > Limit)
            {
                return (default, Problems.BodyTooLarge(Limit));
            }

            buffer.Write(chunk, 0, read);
        }

        var bytes = new ReadOnlyMemory<byte>(buffer.GetBuffer(), 0, (int)buffer.Length);
        return bytes.Span.StartsWith(Encoding.UTF8.Preamble) ? (bytes[Encoding.UTF8.Preamble.Length..], null) : (bytes, null);
    }
}

/// <summary>Turns the serializer's paths (<c>$.items[1].quantity</c>, <c>$['a.b']</c>) into JSON pointers (<c>#/items/1/quantity</c>).</summary>
internal static class JsonPointer
{
    public static string FromPath(string? path)
    {
        var pointer = new StringBuilder("#");
        var rest = (path ?? string.Empty).AsSpan().TrimStart('$');
        while (!rest.IsEmpty)
        {
            var (length, name, skip) = NextName(rest);
            pointer.Append('/').Append(Escape(name));
            rest = rest[(length + skip)..];
        }

        return pointer.ToString();
    }

    private static (int Length, string Name, int Skip) NextName(ReadOnlySpan<char> rest)
    {
        if (rest.StartsWith("['"))
        {
            var end = rest.IndexOf("']");
            end = end < 0 ? rest.Length : end;
            return (end, rest[2..end].ToString(), Math.Min(2, rest.Length - end));
        }

        if (rest[0] == '[')
        {
            var end = rest.IndexOf(']');
            end = end < 0 ? rest.Length : end;
            return (end, rest[1..end].ToString(), Math.Min(1, rest.Length - end));
        }

        var name = rest.TrimStart('.');
        var stop = name.IndexOfAny('.', '[');
        stop = stop < 0 ? name.Length : stop;
        return (rest.Length - name.Length + stop, name[..stop].ToString(), 0);
    }

    private static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
