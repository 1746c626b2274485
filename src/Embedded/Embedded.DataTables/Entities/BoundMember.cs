using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.Serialization;
using System.Text.Json;

namespace Embedded.DataTables.Entities;

/// <summary>A property or field of a row class, and the column that it is stored in.</summary>
internal sealed record BoundMember(string Name, Type Type, Func<object, object?>? Get, Action<object, object?>? Set)
{
    private delegate object? ValueReader(ref Utf8JsonReader reader);

    private readonly ValueReader? _reader = ReaderOf(Nullable.GetUnderlyingType(Type) ?? Type);

    public static BoundMember Of(MemberInfo member) => member switch
    {
        PropertyInfo property => Create(member, property.PropertyType, property.GetMethod?.IsPublic == true, property.SetMethod?.IsPublic == true),
        FieldInfo field => Create(member, field.FieldType, canRead: true, canWrite: !field.IsInitOnly),
        _ => throw new ArgumentException("A column is a property or a field.", nameof(member)),
    };

    public static string ColumnName(MemberInfo member) => member.GetCustomAttribute<DataMemberAttribute>()?.Name ?? member.Name;

    public void ReadInto(object entity, ref Utf8JsonReader reader)
    {
        if (_reader is null)
        {
            reader.Skip();
            return;
        }

        try
        {
            Set!(entity, _reader(ref reader));
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or ArgumentException)
        {
            throw new InvalidOperationException($"The stored value of '{Name}' cannot be read as {Type}.", e);
        }
    }

    private static BoundMember Create(MemberInfo member, Type type, bool canRead, bool canWrite)
    {
        var entity = Expression.Parameter(typeof(object));
        var value = Expression.Parameter(typeof(object));
        var place = Expression.MakeMemberAccess(
            member.DeclaringType!.IsValueType ? Expression.Unbox(entity, member.DeclaringType) : Expression.Convert(entity, member.DeclaringType), member);
        return new(
            ColumnName(member),
            type,
            canRead ? Expression.Lambda<Func<object, object?>>(Expression.Convert(place, typeof(object)), entity).Compile() : null,
            canWrite ? Expression.Lambda<Action<object, object?>>(Expression.Assign(place, Expression.Convert(value, type)), entity, value).Compile() : null);
    }

    private static ValueReader? ReaderOf(Type type) => type switch
    {
        _ when type == typeof(string) => static (ref reader) => EdmReader.Read(ref reader, null)?.ToString(),
        _ when type == typeof(int) => static (ref reader) => reader.GetInt32(),
        _ when type == typeof(long) => static (ref reader) => EdmReader.ReadInt64(ref reader),
        _ when type == typeof(double) => static (ref reader) => EdmReader.ReadDouble(ref reader),
        _ when type == typeof(float) => static (ref reader) => (float)EdmReader.ReadDouble(ref reader),
        _ when type == typeof(bool) => static (ref reader) => reader.GetBoolean(),
        _ when type == typeof(DateTimeOffset) => static (ref reader) => reader.GetDateTimeOffset(),
        _ when type == typeof(DateTime) => static (ref reader) => reader.GetDateTimeOffset().UtcDateTime,
        _ when type == typeof(Guid) => static (ref reader) => reader.GetGuid(),
        _ when type == typeof(byte[]) => static (ref reader) => reader.GetBytesFromBase64(),
        _ when type == typeof(BinaryData) => static (ref reader) => new BinaryData(reader.GetBytesFromBase64()),
        _ when type == typeof(byte) => static (ref reader) => reader.GetByte(),
        _ when type == typeof(sbyte) => static (ref reader) => reader.GetSByte(),
        _ when type == typeof(short) => static (ref reader) => reader.GetInt16(),
        _ when type == typeof(ushort) => static (ref reader) => reader.GetUInt16(),
        { IsEnum: true } => (ref reader) => Enum.Parse(type, reader.GetString()!),
        _ => null,
    };
}
