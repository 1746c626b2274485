using System.Collections.Frozen;
using System.Reflection;
using System.Runtime.Serialization;
using System.Text.Json;

namespace Embedded.DataTables.Entities;

/// <summary>A row that is a class with a property a column. The class's types decide, not the stored annotations.</summary>
internal sealed class ClassBinder<T> : EntityBinder<T>
    where T : ITableEntity
{
    private readonly BoundMember[] _written;
    private readonly FrozenDictionary<string, BoundMember> _read;

    public ClassBinder()
    {
        var members = typeof(T).GetMembers(BindingFlags.Public | BindingFlags.Instance).Where(IsColumn).Select(BoundMember.Of).ToArray();
        _written = [.. members.Where(member => member.Get is not null)];
        _read = members.Where(member => member.Set is not null).ToFrozenDictionary(member => member.Name, StringComparer.Ordinal);
    }

    protected override void WriteProperties(Utf8JsonWriter writer, ITableEntity entity)
    {
        foreach (var member in _written)
        {
            EdmWriter.Write(writer, member.Name, member.Get!(entity));
        }
    }

    public override T Read(ref Utf8JsonReader reader, PropertyNames names)
    {
        // Boxed once: a row may be a struct, and a setter must not set a copy.
        ITableEntity entity = Activator.CreateInstance<T>();
        names.StartRow();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = names.Read(ref reader);
            reader.Read();
            switch (name)
            {
                case { Role: PropertyRole.ETag }:
                    entity.ETag = new ETag(reader.GetString()!);
                    break;
                case { Role: PropertyRole.Timestamp }:
                    entity.Timestamp = reader.GetDateTimeOffset();
                    break;
                case { Text: nameof(ITableEntity.PartitionKey) }:
                    entity.PartitionKey = reader.GetString()!;
                    break;
                case { Text: nameof(ITableEntity.RowKey) }:
                    entity.RowKey = reader.GetString()!;
                    break;
                case { Role: PropertyRole.Value } when _read.TryGetValue(name.Text, out var member) && reader.TokenType != JsonTokenType.Null:
                    member.ReadInto(entity, ref reader);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return (T)entity;
    }

    private static bool IsColumn(MemberInfo member) =>
        member is FieldInfo or PropertyInfo
        && member.Name is not (nameof(ITableEntity.PartitionKey) or nameof(ITableEntity.RowKey) or nameof(ITableEntity.Timestamp) or nameof(ITableEntity.ETag))
        && !member.IsDefined(typeof(IgnoreDataMemberAttribute))
        && (member as PropertyInfo)?.GetIndexParameters() is not { Length: > 0 };
}
