namespace Reprocessing.Storage.Workflows;

/// <summary>
/// A workflow's rows. Both lie in one partition, by its instance id, so that one transaction changes them.
/// <list type="table">
/// <item><term>i|{id}</term><description>the record, with the input if it is kept</description></item>
/// <item><term>t|{inverted start}|{id}</term><description>a copy without the input, newest first</description></item>
/// </list>
/// </summary>
/// <remarks>Several partitions, because one takes only so many changes a second; few, because a query asks each of them.</remarks>
internal static class WorkflowRows
{
    public const string InstancePrefix = "i|";
    public const string StartedPrefix = "t|";

    private const int PartitionCount = 8;

    private static readonly Dictionary<FilterField, string> Columns = new()
    {
        [WorkflowFields.WorkflowType] = "Type",
        [WorkflowFields.ExecutionStatus] = "Status",
        [WorkflowFields.StartTime] = "StartTime",
        [WorkflowFields.CloseTime] = "CloseTime",
        [WorkflowFields.OrderStatus] = "OrderStatus",
        [WorkflowFields.CustomerId] = "CustomerId",
        [WorkflowFields.RetryCount] = "RetryCount",
        [WorkflowFields.InstanceId] = "InstanceId",
    };

    public static IReadOnlyList<string> Partitions { get; } =
        [.. Enumerable.Range(0, PartitionCount).Select(number => string.Create(CultureInfo.InvariantCulture, $"w{number:D2}"))];

    public static string PartitionOf(string instanceId) => Partitions[(int)(StableHash.Of(instanceId) % PartitionCount)];

    public static string Instance(string instanceId) => InstancePrefix + RowKeys.Id(instanceId);

    public static string Started(WorkflowRecord record) =>
        $"{StartedPrefix}{RowKeys.Ticks(RowKeys.Inverted(record.StartTime))}|{RowKeys.Id(record.InstanceId)}";

    public static string? Condition(FilterPredicate? filter) => FilterCondition.Of(filter, Columns);

    public static List<KeyRange> Ranges(WorkflowRange range, string? after, string? condition)
    {
        var (prefix, from, before) = (StartedPrefix, default(string), default(string));
        if (range.Prefix is { } start)
        {
            (prefix, from) = (InstancePrefix, RowKeys.IdPrefix(start));
            before = from.Length == 0 || from[^1] >= '\ud7ff' ? null : RowKeys.After(from);
        }
        else
        {
            (from, before) = RowKeys.Between(range.From, range.To);
        }

        return Partitions.Select(partition => new KeyRange(partition, prefix, after, before, condition) { From = from }).ToList();
    }

    /// <summary>The columns beside the record are for conditions; what the record does not have is no column, and no condition holds of it.</summary>
    public static TableEntity Write(string partition, string key, WorkflowRecord record)
    {
        var row = new TableEntity(partition, key)
        {
            ["InstanceId"] = record.InstanceId,
            ["Type"] = record.Type,
            ["Status"] = EnumNames.Of(record.Status),
            ["StartTime"] = record.StartTime,
            ["RetryCount"] = record.RetryCount,
        };
        Add("CloseTime", record.CloseTime);
        Add("OrderStatus", record.OrderStatus);
        Add("CustomerId", record.CustomerId);
        return row.WithJson(record);

        void Add(string name, object? value)
        {
            if (value is not null)
            {
                row[name] = value;
            }
        }
    }
}
