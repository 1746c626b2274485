using System.Collections.Concurrent;
using System.Text.Json;

namespace Embedded.DataTables.Entities;

/// <summary>Writes rows of one .NET type.</summary>
internal abstract class EntityBinder
{
    private static readonly ConcurrentDictionary<Type, EntityBinder> Binders = new();

    /// <summary>By the row's own type: a caller may hold it as an <see cref="ITableEntity"/>.</summary>
    public static EntityBinder For(ITableEntity entity) => Binders.GetOrAdd(entity.GetType(), Create);

    public static EntityBinder<T> For<T>()
        where T : class, ITableEntity
        => (EntityBinder<T>)Binders.GetOrAdd(typeof(T), Create);

    /// <summary>The row as a JSON object, without what the service keeps (timestamp, ETag).</summary>
    public void Write(Utf8JsonWriter writer, ITableEntity entity)
    {
        writer.WriteStartObject();
        writer.WriteString(nameof(ITableEntity.PartitionKey), entity.PartitionKey);
        writer.WriteString(nameof(ITableEntity.RowKey), entity.RowKey);
        WriteProperties(writer, entity);
        writer.WriteEndObject();
    }

    protected abstract void WriteProperties(Utf8JsonWriter writer, ITableEntity entity);

    private static EntityBinder Create(Type type)
    {
        var binder = typeof(IDictionary<string, object?>).IsAssignableFrom(type) ? typeof(DictionaryBinder<>) : typeof(ClassBinder<>);
        return (EntityBinder)Activator.CreateInstance(binder.MakeGenericType(type))!;
    }
}

/// <summary>Writes and reads rows of one .NET type.</summary>
internal abstract class EntityBinder<T> : EntityBinder
    where T : ITableEntity
{
    /// <summary>Reads the JSON object that the reader stands on, to its end.</summary>
    public abstract T Read(ref Utf8JsonReader reader, PropertyNames names);
}
