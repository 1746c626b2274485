namespace Reprocessing.Storage.Rows;

/// <summary>How records are written into rows. Frozen: rows outlive versions, so members are only added, and optional.</summary>
internal static class StorageJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        // Rows are read by people and never put into HTML as they are; escapes would cost six characters for one.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.Strict,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    public static TableEntity WithJson<T>(this TableEntity row, T value, string column = OrderRows.Data)
    {
        TextColumns.Write(row, column, Write(value));
        return row;
    }

    public static T Read<T>(TableEntity row)
        where T : class => Read<T>(row, OrderRows.Data);

    public static T Read<T>(TableEntity row, string column)
        where T : class => Read<T>(TextColumns.Read(row, column));

    /// <summary>Null when nobody can read it: one row must not hide all others. The log tells of it each time that it is met.</summary>
    public static T? TryRead<T>(TableEntity row, Func<TableEntity, T> read, ILogger logger)
        where T : class
    {
        try
        {
            return read(row);
        }
        catch (BrokenRowException exception)
        {
            Log.RowUnreadable(logger, typeof(T).Name, row.PartitionKey, row.RowKey, exception.Message);
            return null;
        }
    }

    public static T Read<T>(string text)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(text, Options)
                ?? throw new BrokenRowException($"A stored {typeof(T).Name} is null.");
        }
        catch (JsonException exception)
        {
            throw new BrokenRowException($"A stored {typeof(T).Name} cannot be read: {exception.Message}", exception);
        }
    }
}

/// <summary>A stored row cannot be read: written by hand, or by a version that this one does not know.</summary>
public sealed class BrokenRowException(string message, Exception? innerException = null) : InvalidOperationException(message, innerException);

/// <summary>What a column holds, where rows may lack it.</summary>
internal static class RowColumns
{
    public static int Number(this TableEntity row, string name) => row.GetInt32(name) ?? 0;

    public static string Text(this TableEntity row, string name) => row.GetString(name) ?? string.Empty;

    /// <summary>Null when there is none that this version knows.</summary>
    public static T? EnumOf<T>(this TableEntity row, string name)
        where T : struct, Enum => EnumNames.TryParse<T>(row.GetString(name), out var value) ? value : null;

    public static string Required(this TableEntity row, string name) => row.GetString(name) ?? throw row.Lacks(name);

    public static BrokenRowException Lacks(this TableEntity row, string name) => new($"Row {row.PartitionKey}/{row.RowKey} has no {name}.");
}
