using System.Text;

namespace ReprocessingFunctions.Http;

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
