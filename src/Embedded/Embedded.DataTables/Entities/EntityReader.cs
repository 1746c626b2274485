using System.Text.Json;

namespace Embedded.DataTables.Entities;

/// <summary>Rows straight from an answer's bytes.</summary>
internal static class EntityReader
{
    public static T ReadOne<T>(Response response)
        where T : class, ITableEntity
    {
        var reader = new Utf8JsonReader(response.Content.ToMemory().Span);
        reader.Read();
        var entity = EntityBinder.For<T>().Read(ref reader, new PropertyNames());
        if (entity.ETag == default && response.Headers.ETag is { } etag)
        {
            entity.ETag = etag;
        }

        return entity;
    }

    /// <summary>{"odata.metadata":"...","value":[{...},...]}</summary>
    public static List<T> ReadMany<T>(Response response)
        where T : class, ITableEntity
    {
        var rows = new List<T>();
        var binder = EntityBinder.For<T>();
        var names = new PropertyNames();
        var reader = new Utf8JsonReader(response.Content.ToMemory().Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isValue = reader.ValueTextEquals("value"u8);
            reader.Read();
            if (!isValue)
            {
                reader.Skip();
                continue;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                rows.Add(binder.Read(ref reader, names));
            }
        }

        return rows;
    }
}
