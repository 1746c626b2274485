using System.Text;
using System.Text.Json;

namespace Embedded.DataTables.Entities;

internal enum PropertyRole
{
    Value,
    Annotation,
    ETag,
    Timestamp,
    Metadata,
}

/// <param name="Target">For an annotation: the property that it types.</param>
internal sealed record PropertyName(byte[] Utf8, string Text, PropertyRole Role, string Target);

/// <summary>
/// The names met while one answer is read. Rows of one query mostly have the same properties in the same order, so the next
/// name is guessed and compared as bytes: a name becomes a string once an answer, not once a row.
/// </summary>
internal sealed class PropertyNames
{
    private readonly List<PropertyName> _names = [];
    private readonly Dictionary<string, int> _indexes = [];
    private int _next;

    public void StartRow() => _next = 0;

    public PropertyName Read(ref Utf8JsonReader reader)
    {
        if (_next < _names.Count && reader.ValueTextEquals(_names[_next].Utf8))
        {
            return _names[_next++];
        }

        var text = reader.GetString()!;
        if (!_indexes.TryGetValue(text, out var index))
        {
            index = _names.Count;
            _names.Add(Describe(text));
            _indexes.Add(text, index);
        }

        _next = index + 1;
        return _names[index];
    }

    private static PropertyName Describe(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        if (text.EndsWith(EdmText.AnnotationSuffix, StringComparison.Ordinal))
        {
            return new(utf8, text, PropertyRole.Annotation, text[..^EdmText.AnnotationSuffix.Length]);
        }

        var role = text switch
        {
            TableEntity.ETagKey => PropertyRole.ETag,
            nameof(ITableEntity.Timestamp) => PropertyRole.Timestamp,
            _ when text.StartsWith("odata.", StringComparison.Ordinal) => PropertyRole.Metadata,
            _ => PropertyRole.Value,
        };
        return new(utf8, text, role, text);
    }
}
