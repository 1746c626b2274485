using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Azure.Data.Tables;

#pragma warning disable CA1710 // The real library's name.
/// <summary>A row as a dictionary. Keys, timestamp and ETag are entries too, under the service's names.</summary>
public sealed class TableEntity : ITableEntity, IDictionary<string, object?>
{
    internal const string ETagKey = "odata.etag";

    private readonly Dictionary<string, object?> _properties;

    public TableEntity()
        => _properties = [];

    public TableEntity(string partitionKey, string rowKey)
        : this()
    {
        PartitionKey = partitionKey;
        RowKey = rowKey;
    }

    public TableEntity(IDictionary<string, object?> values)
        => _properties = values is null ? [] : new(values);

    internal TableEntity(int capacity)
        => _properties = new(capacity);

    public string PartitionKey
    {
        get => GetString(nameof(PartitionKey))!;
        set => _properties[nameof(PartitionKey)] = value;
    }

    public string RowKey
    {
        get => GetString(nameof(RowKey))!;
        set => _properties[nameof(RowKey)] = value;
    }

    public DateTimeOffset? Timestamp
    {
        get => GetDateTimeOffset(nameof(Timestamp));
        set => _properties[nameof(Timestamp)] = value;
    }

    public ETag ETag
    {
        get => GetString(ETagKey) is { } text ? new ETag(text) : default;
        set => _properties[ETagKey] = value == default ? null : value.ToString();
    }

    public int Count => _properties.Count;

    public ICollection<string> Keys => _properties.Keys;

    ICollection<object?> IDictionary<string, object?>.Values => _properties.Values;

    bool ICollection<KeyValuePair<string, object?>>.IsReadOnly => false;

    /// <summary>Null for a name that the row lacks. A whole number set over a double or an Int64 keeps that type.</summary>
    public object? this[string key]
    {
        get
        {
            ArgumentException.ThrowIfNullOrEmpty(key);
            return _properties.GetValueOrDefault(key);
        }
        set
        {
            ArgumentException.ThrowIfNullOrEmpty(key);
            _properties[key] = KeepType(_properties.GetValueOrDefault(key), value);
        }
    }

    public string? GetString(string key) => (string?)Get(key, typeof(string));

    public byte[]? GetBinary(string key) => (byte[]?)Get(key, typeof(byte[]));

    public BinaryData? GetBinaryData(string key) => this[key] is byte[] bytes ? new BinaryData(bytes) : (BinaryData?)Get(key, typeof(BinaryData));

    public bool? GetBoolean(string key) => (bool?)Get(key, typeof(bool));

    /// <summary>In UTC.</summary>
    public DateTime? GetDateTime(string key) => this[key] is DateTimeOffset time ? time.UtcDateTime : (DateTime?)Get(key, typeof(DateTime));

    public DateTimeOffset? GetDateTimeOffset(string key) => this[key] is DateTime time ? new DateTimeOffset(time) : (DateTimeOffset?)Get(key, typeof(DateTimeOffset));

    public double? GetDouble(string key) => (double?)Get(key, typeof(double));

    public Guid? GetGuid(string key) => (Guid?)Get(key, typeof(Guid));

    public int? GetInt32(string key) => (int?)Get(key, typeof(int));

    public long? GetInt64(string key) => (long?)Get(key, typeof(long));

    public void Add(string key, object? value) => _properties.Add(key, value);

    public void Clear() => _properties.Clear();

    public bool ContainsKey(string key) => _properties.ContainsKey(key);

    public bool Remove(string key) => _properties.Remove(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out object value) => _properties.TryGetValue(key, out value);

    void ICollection<KeyValuePair<string, object?>>.Add(KeyValuePair<string, object?> item) => this[item.Key] = item.Value;

    bool ICollection<KeyValuePair<string, object?>>.Contains(KeyValuePair<string, object?> item) => _properties.Contains(item);

    void ICollection<KeyValuePair<string, object?>>.CopyTo(KeyValuePair<string, object?>[] array, int arrayIndex)
        => ((ICollection<KeyValuePair<string, object?>>)_properties).CopyTo(array, arrayIndex);

    bool ICollection<KeyValuePair<string, object?>>.Remove(KeyValuePair<string, object?> item)
        => ((ICollection<KeyValuePair<string, object?>>)_properties).Remove(item);

    IEnumerator<KeyValuePair<string, object?>> IEnumerable<KeyValuePair<string, object?>>.GetEnumerator() => _properties.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _properties.GetEnumerator();

    /// <summary>For the entity reader and writer: no type is kept, no interface is called.</summary>
    internal Dictionary<string, object?> Properties => _properties;

    private object? Get(string key, Type type)
    {
        var value = this[key];
        return value is null || type.IsInstanceOfType(value)
            ? value
            : throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture, $"Cannot return {type} type for a {value.GetType()} typed property."));
    }

    private static object? KeepType(object? existing, object? value) => (existing, value) switch
    {
        (double, int number) => (double)number,
        (long, int number) => (long)number,
        (string, DateTime or DateTimeOffset) => Convert.ToString(value, CultureInfo.InvariantCulture),
        _ => value,
    };
}
