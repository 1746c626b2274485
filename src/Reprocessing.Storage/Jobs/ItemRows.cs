namespace Reprocessing.Storage.Jobs;

public sealed record JobItem(string Id, string ExpectedVersion, ItemState State)
{
    /// <summary>The fingerprint of the failure that it had when it was selected.</summary>
    public string? Group { get; init; }

    /// <summary>False: it matched and is not worked on, for <see cref="Reason"/>; the state is skipped from the beginning.</summary>
    public bool IsEligible { get; init; } = true;

    public string? Reason { get; init; }

    public string? Message { get; init; }

    public string? WorkflowId { get; init; }

    public int Attempts { get; init; }

    public BusinessOutcome? Outcome { get; init; }

    /// <summary>The kind of failure that it has now, where it failed.</summary>
    public string? Fingerprint { get; init; }

    public DateTimeOffset? UpdatedAt { get; init; }
}

/// <summary>Items to rows and back; the columns have the members' names. Those that are filtered by are always there: a comparison with a missing column is false.</summary>
internal static class ItemRows
{
    public const string Prefix = "i|";

    /// <summary>The version of the order whose change told the outcome: a later one counts, an earlier one is old news.</summary>
    public const string OutcomeVersion = "OutcomeVersion";

    public const int MaxMessage = 1_000;

    public static TableEntity Write(string partition, JobItem item)
    {
        var row = new TableEntity(partition, RowKeys.Item(item.Id))
        {
            [nameof(JobItem.Id)] = item.Id,
            [nameof(JobItem.ExpectedVersion)] = item.ExpectedVersion,
            [nameof(JobItem.State)] = EnumNames.Of(item.State),
            [nameof(JobItem.IsEligible)] = item.IsEligible,
            [nameof(JobItem.Group)] = item.Group ?? string.Empty,
            [nameof(JobItem.WorkflowId)] = item.WorkflowId ?? string.Empty,
            [nameof(JobItem.Attempts)] = item.Attempts,
            [nameof(JobItem.Outcome)] = item.Outcome is { } outcome ? EnumNames.Of(outcome) : string.Empty,
            [nameof(JobItem.Reason)] = Cut(item.Reason),
            [nameof(JobItem.Message)] = Cut(item.Message),
            [nameof(JobItem.Fingerprint)] = Cut(item.Fingerprint),
        };
        if (item.UpdatedAt is { } at)
        {
            row[nameof(JobItem.UpdatedAt)] = at;
        }

        return row;
    }

    public static JobItem Read(TableEntity row)
    {
        return new(
            row.Required(nameof(JobItem.Id)),
            row.Text(nameof(JobItem.ExpectedVersion)),
            row.EnumOf<ItemState>(nameof(JobItem.State)) ?? throw row.Lacks($"{nameof(JobItem.State)} that is known"))
        {
            IsEligible = row.GetBoolean(nameof(JobItem.IsEligible)) ?? true,
            Group = Text(nameof(JobItem.Group)),
            Reason = Text(nameof(JobItem.Reason)),
            Message = Text(nameof(JobItem.Message)),
            Fingerprint = Text(nameof(JobItem.Fingerprint)),
            WorkflowId = Text(nameof(JobItem.WorkflowId)),
            Attempts = row.Number(nameof(JobItem.Attempts)),
            Outcome = row.EnumOf<BusinessOutcome>(nameof(JobItem.Outcome)),
            UpdatedAt = row.GetDateTimeOffset(nameof(JobItem.UpdatedAt)),
        };

        string? Text(string name) => row.GetString(name) is { Length: > 0 } text ? text : null;
    }

    /// <summary>Empty instead of absent, so that a merge takes a text away.</summary>
    private static string Cut(string? text) => RecordText.Cut(text ?? string.Empty, MaxMessage);
}
