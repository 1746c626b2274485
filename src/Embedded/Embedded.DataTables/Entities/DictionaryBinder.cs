using System.Text.Json;

namespace Embedded.DataTables.Entities;

/// <summary><see cref="TableEntity"/>, and any other row that is a dictionary itself.</summary>
internal sealed class DictionaryBinder<T> : EntityBinder<T>
    where T : ITableEntity, IDictionary<string, object?>
{
    private int _usualCount;

    protected override void WriteProperties(Utf8JsonWriter writer, ITableEntity entity)
    {
        foreach (var (name, value) in Properties((T)entity))
        {
            if (name is not (nameof(ITableEntity.PartitionKey) or nameof(ITableEntity.RowKey) or nameof(ITableEntity.Timestamp) or TableEntity.ETagKey))
            {
                EdmWriter.Write(writer, name, value);
            }
        }
    }

    public override T Read(ref Utf8JsonReader reader, PropertyNames names)
    {
        var entity = typeof(T) == typeof(TableEntity) ? (T)(object)new TableEntity(_usualCount) : Activator.CreateInstance<T>();
        var properties = Properties(entity);
        string? typed = null;
        EdmType? type = null;
        names.StartRow();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = names.Read(ref reader);
            reader.Read();
            switch (name.Role)
            {
                case PropertyRole.Annotation:
                    (typed, type) = (name.Target, EdmText.Type(reader.ValueSpan));
                    Retype(properties, typed, type);
                    break;
                case PropertyRole.Timestamp:
                    properties[name.Text] = EdmReader.Read(ref reader, EdmType.DateTime);
                    break;
                case PropertyRole.Metadata:
                    reader.Skip();
                    break;
                default:
                    properties[name.Text] = EdmReader.Read(ref reader, typed == name.Text ? type : null);
                    break;
            }
        }

        _usualCount = properties.Count;
        return entity;
    }

    private static IDictionary<string, object?> Properties(T entity)
        => entity is TableEntity table ? table.Properties : entity;

    private static void Retype(IDictionary<string, object?> properties, string name, EdmType? type)
    {
        if (type is { } known && properties.TryGetValue(name, out var value) && value is string text)
        {
            properties[name] = EdmText.Parse(known, text);
        }
    }
}
