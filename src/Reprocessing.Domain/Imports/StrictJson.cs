namespace Reprocessing.Domain.Imports;

/// <summary>
/// The rule for all JSON that comes in, whatever brings it: no deeper than this, no member twice in one object in whatever letter case, and only
/// text that is Unicode. Two readers of a text that breaks it could read two different orders, or none.
/// </summary>
public static class StrictJson
{
    public const int MaxDepth = 32;

    /// <exception cref="JsonException">It is not JSON, or too deep.</exception>
    public static string? FindFault(ReadOnlySpan<byte> json, int maxDepth = MaxDepth)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = maxDepth });
        Stack<HashSet<string>> objects = [];
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    objects.Push(new(StringComparer.OrdinalIgnoreCase));
                    break;
                case JsonTokenType.EndObject:
                    objects.Pop();
                    break;
                case JsonTokenType.PropertyName or JsonTokenType.String:
                    if (ReadText(ref reader) is not { } text)
                    {
                        return "holds text that is not Unicode: half of a surrogate pair";
                    }

                    if (reader.TokenType == JsonTokenType.PropertyName && !objects.Peek().Add(text))
                    {
                        return $"names the member '{text}' twice; letter case does not tell members apart";
                    }

                    break;
            }
        }

        return null;
    }

    public static JsonElement? TryParse(ReadOnlySpan<byte> json, int maxDepth = MaxDepth)
    {
        try
        {
            return FindFault(json, maxDepth) is null ? JsonElement.Parse(json) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static string? FindMisspelt(IEnumerable<string> names, IReadOnlyCollection<string> known) => names.FirstOrDefault(name =>
        !known.Contains(name) && known.Contains(name, StringComparer.OrdinalIgnoreCase));

    private static string? ReadText(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
