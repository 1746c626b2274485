using System.Collections.ObjectModel;
using System.Globalization;
using Azure.Data.Tables;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Store;

/// <summary>A head as a row.</summary>
internal static class HeadRow
{
    public const string Status = "Status";
    public const string Created = "CreatedAt";

    private const string Id = "InstanceId";
    private const string Name = "Name";
    private const string Run = "RunId";
    private const string Version = "Version";
    private const string Generation = "Generation";
    private const string HistoryRows = "HistoryRows";
    private const string Recent = "Recent";
    private const string Input = "Input";
    private const string Output = "Output";
    private const string CustomStatus = "CustomStatus";
    private const string Failure = "Failure";
    private const string Updated = "LastUpdatedAt";
    private const string StartAt = "StartAt";
    private const string Tags = "Tags";
    private const string Stale = "Stale";
    private const string ParentName = "ParentName";
    private const string ParentId = "ParentId";
    private const string ParentRun = "ParentRun";
    private const string ParentGeneration = "ParentGeneration";
    private const string ParentTask = "ParentTask";

    /// <summary>Everything but inputs, outputs, custom statuses and histories.</summary>
    public static readonly IReadOnlyList<string> WithoutPayloads =
    [
        "PartitionKey", "RowKey", Id, Name, Run, Version, Generation, HistoryRows, Status, Created, Updated, StartAt, Tags, "TagsParts", Stale,
        ParentName, ParentId, ParentRun, ParentGeneration, ParentTask,
    ];

    public static TableEntity Write(string partition, InstanceHead head)
    {
        var row = new TableEntity(partition, StoreKeys.Head(head.InstanceId))
        {
            [Id] = head.InstanceId,
            [Name] = head.Name,
            [Run] = head.RunId,
            [Created] = head.CreatedAt,
            [StartAt] = head.StartAt,
        };
        if (head.Tags.Count > 0)
        {
            SplitText.Write(row, Tags, StoreText.Write(head.Tags));
        }

        if (head.Parent is { } parent)
        {
            row[ParentName] = parent.Name;
            row[ParentId] = parent.InstanceId;
            row[ParentRun] = parent.RunId;
            row[ParentGeneration] = parent.Generation;
            row[ParentTask] = parent.TaskId;
        }

        WriteParts(row, head, HeadParts.All);
        return row;
    }

    public static TableEntity WriteParts(string partition, InstanceHead head, HeadParts parts)
    {
        var row = new TableEntity(partition, StoreKeys.Head(head.InstanceId));
        WriteParts(row, head, parts);
        return row;
    }

    public static InstanceHead Read(TableEntity row) => new()
    {
        InstanceId = Text(row, Id),
        Name = Text(row, Name),
        RunId = Text(row, Run),
        Version = Text(row, Version),
        Status = Enum.Parse<OrchestrationRuntimeStatus>(Text(row, Status)),
        Generation = Number(row, Generation),
        HistoryRows = Number(row, HistoryRows),
        Recent = SplitText.Read(row, Recent) ?? "",
        Input = SplitText.Read(row, Input),
        Output = SplitText.Read(row, Output),
        CustomStatus = SplitText.Read(row, CustomStatus),
        Failure = SplitText.Read(row, Failure) is { } failure ? StoreText.ReadFailure(failure) : null,
        CreatedAt = row.GetDateTimeOffset(Created) ?? default,
        LastUpdatedAt = row.GetDateTimeOffset(Updated) ?? default,
        StartAt = row.GetDateTimeOffset(StartAt),
        Tags = SplitText.Read(row, Tags) is { } tags ? StoreText.ReadTags(tags) : ReadOnlyDictionary<string, string>.Empty,
        Stale = ReadStale(row.GetString(Stale) ?? ""),
        Parent = row.GetString(ParentId) is { } parent
            ? new ParentLink(Text(row, ParentName), parent, Text(row, ParentRun), Number(row, ParentGeneration), Number(row, ParentTask))
            : null,
    };

    private static void WriteParts(TableEntity row, InstanceHead head, HeadParts parts)
    {
        if (parts.HasFlag(HeadParts.State))
        {
            row[Status] = head.Status.ToString();
            SplitText.Write(row, Output, head.Output);
            SplitText.Write(row, CustomStatus, head.CustomStatus);
            SplitText.Write(row, Failure, head.Failure is { } failure ? StoreText.Write(failure) : null);
        }

        if (parts.HasFlag(HeadParts.Progress))
        {
            row[HistoryRows] = head.HistoryRows;
            row[Updated] = head.LastUpdatedAt;
            SplitText.Write(row, Recent, head.Recent);
        }

        if (parts.HasFlag(HeadParts.Execution))
        {
            row[Generation] = head.Generation;
            row[Version] = head.Version;
            SplitText.Write(row, Input, head.Input);
        }

        if (parts.HasFlag(HeadParts.Stale))
        {
            row[Stale] = string.Join(';', head.Stale.Select(
                static stale => string.Create(CultureInfo.InvariantCulture, $"{stale.Generation}:{stale.Rows}")));
        }
    }

    private static IReadOnlyList<StaleHistory> ReadStale(string text) =>
        [.. text.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(static entry => entry.Split(':')).Select(static pair =>
            new StaleHistory(int.Parse(pair[0], CultureInfo.InvariantCulture), int.Parse(pair[1], CultureInfo.InvariantCulture)))];

    private static string Text(TableEntity row, string name) => row.GetString(name)
        ?? throw new InvalidDataException($"The head {row.RowKey} has no {name}.");

    private static int Number(TableEntity row, string name) => row.GetInt32(name)
        ?? throw new InvalidDataException($"The head {row.RowKey} has no {name}.");
}
