using Reprocessing.Domain.Sharding;

namespace Reprocessing.Storage.Workflows;

/// <summary>
/// A workflow's rows. All of them lie in one partition, by its instance id, so that one transaction changes them: what a lane shows is
/// never older or newer than the record.
/// <list type="table">
/// <item><term>i|{id}</term><description>the record, with the input if it is kept</description></item>
/// <item><term>t|{type}|{inverted start}|{id}</term><description>a copy, as all that follow</description></item>
/// <item><term>s|{type}|{status}|{inverted start}|{id}</term><description>by what the engine says</description></item>
/// <item><term>o|{order status}|{inverted start}|{id}</term><description>of orders' workflows</description></item>
/// <item><term>c|{customer}|{inverted start}|{id}</term><description>of those with a customer</description></item>
/// <item><term>r|{retry count}|{inverted start}|{id}</term><description>of retries</description></item>
/// <item><term>e|{inverted close}|{id}</term><description>of ended ones</description></item>
/// </list>
/// </summary>
/// <remarks>
/// Several partitions, because one takes only so many changes a second and the emulator looks through a whole one for a row; few,
/// because a query asks each of them.
/// </remarks>
internal static class WorkflowRows
{
    public const string TypesPartition = "types";
    public const string TypeColumn = "Type";
    public const string InstancePrefix = "i|";
    public const string ClosedPrefix = "e|";
    public const string RetryPrefix = "r|";

    private const int PartitionCount = 8;

    // Two ids in a key of at most 512 characters.
    private const int MaxLeadingPart = 150;

    public static IReadOnlyList<string> Partitions { get; } =
        [.. Enumerable.Range(0, PartitionCount).Select(number => string.Create(CultureInfo.InvariantCulture, $"w{number:D2}"))];

    public static string PartitionOf(string instanceId) => Partitions[(int)(StableHash.Of(instanceId) % PartitionCount)];

    public static string Instance(string instanceId) => InstancePrefix + RowKeys.Id(instanceId);

    public static string StartedPrefix(string type) => $"t|{Leading(type)}|";

    public static string StatePrefix(string type, WorkflowStatus status) => $"s|{Leading(type)}|{EnumNames.Of(status)}|";

    public static string OrderStatusPrefix(string status) => $"o|{Leading(status)}|";

    public static string CustomerPrefix(string customerId) => $"c|{Leading(customerId)}|";

    public static string Retries(int count) => Math.Min(count, WorkflowPlanner.MostRetries).ToString("D5", CultureInfo.InvariantCulture);

    /// <summary>In a partition of its own: the types that there are.</summary>
    public static TableEntity Type(string type) => new(TypesPartition, Leading(type)) { [TypeColumn] = type };

    /// <summary>The keys of all rows of a record but its first.</summary>
    public static IEnumerable<string> LaneKeys(WorkflowRecord record)
    {
        var tail = $"{RowKeys.Ticks(RowKeys.Inverted(record.StartTime))}|{RowKeys.Id(record.InstanceId)}";
        yield return StartedPrefix(record.Type) + tail;
        yield return StatePrefix(record.Type, record.Status) + tail;
        if (record.OrderStatus is { } orderStatus)
        {
            yield return OrderStatusPrefix(orderStatus) + tail;
        }

        if (record.CustomerId is { } customerId)
        {
            yield return CustomerPrefix(customerId) + tail;
        }

        if (record.RetryCount > 0)
        {
            yield return $"{RetryPrefix}{Retries(record.RetryCount)}|{tail}";
        }

        if (record.CloseTime is { } closed)
        {
            yield return $"{ClosedPrefix}{RowKeys.Ticks(RowKeys.Inverted(closed))}|{RowKeys.Id(record.InstanceId)}";
        }
    }

    /// <summary>The columns beside the record are for conditions; what the record does not have is no column, and no condition holds of it.</summary>
    public static TableEntity Write(string partition, string key, WorkflowRecord record)
    {
        var row = new TableEntity(partition, key)
        {
            ["InstanceId"] = record.InstanceId,
            [TypeColumn] = record.Type,
            ["Status"] = EnumNames.Of(record.Status),
            ["StartTime"] = record.StartTime,
            ["RetryCount"] = record.RetryCount,
        };
        Add("CloseTime", record.CloseTime);
        Add("OrderStatus", record.OrderStatus);
        Add("CustomerId", record.CustomerId);
        TextColumns.Write(row, OrderRows.Data, StorageJson.Write(record));
        return row;

        void Add(string name, object? value)
        {
            if (value is not null)
            {
                row[name] = value;
            }
        }
    }

    /// <exception cref="BrokenRowException">The row cannot be read.</exception>
    public static WorkflowRecord Read(TableEntity row) => StorageJson.Read<WorkflowRecord>(TextColumns.Read(row, OrderRows.Data));

    /// <summary>A row that nobody can read must not hide all others; it is told in the log each time that it is met.</summary>
    public static WorkflowRecord? TryRead(TableEntity row, ILogger logger)
    {
        try
        {
            return Read(row);
        }
        catch (BrokenRowException exception)
        {
            Log.WorkflowUnreadable(logger, row.PartitionKey, row.RowKey, exception.Message);
            return null;
        }
    }

    private static string Leading(string text) => RowKeys.Id(text, MaxLeadingPart);
}
