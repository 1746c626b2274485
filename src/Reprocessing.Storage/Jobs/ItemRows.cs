namespace Reprocessing.Storage.Jobs;

/// <summary>One item of a plan, and of the job that applies it.</summary>
/// <param name="ExpectedVersion">See <see cref="ItemRef.ExpectedVersion"/>.</param>
public sealed record JobItem(string Id, string ExpectedVersion, ItemState State)
{
    /// <summary>The fingerprint of the failure that it had when it was selected.</summary>
    public string? Group { get; init; }

    /// <summary>False: it matched and is not worked on, for <see cref="Reason"/>; the state is skipped from the beginning.</summary>
    public bool IsEligible { get; init; } = true;

    public string? Reason { get; init; }

    public string? Message { get; init; }

    /// <summary>What was started last.</summary>
    public string? WorkflowId { get; init; }

    public int Attempts { get; init; }

    /// <summary>Null until something was started.</summary>
    public BusinessOutcome? Outcome { get; init; }

    /// <summary>The kind of failure that it has now, where it failed.</summary>
    public string? Fingerprint { get; init; }

    public DateTimeOffset? UpdatedAt { get; init; }
}

/// <summary>Items to rows and back. Columns that are filtered by are always there: a comparison with a missing column is false.</summary>
internal static class ItemRows
{
    public const string Prefix = "i|";
    public const string Id = "Id";
    public const string ExpectedVersion = "ExpectedVersion";
    public const string State = "State";
    public const string IsEligible = "IsEligible";
    public const string Group = "Group";
    public const string Reason = "Reason";
    public const string Message = "Message";
    public const string Fingerprint = "Fingerprint";
    public const string WorkflowId = "WorkflowId";
    public const string Attempts = "Attempts";
    public const string Outcome = "Outcome";
    public const string UpdatedAt = "UpdatedAt";

    /// <summary>The version of the order whose change told the outcome: a later one counts, an earlier one is old news.</summary>
    public const string OutcomeVersion = "OutcomeVersion";

    public const int MaxMessage = 1_000;

    public static TableEntity Write(string partition, JobItem item)
    {
        var row = new TableEntity(partition, RowKeys.Item(item.Id))
        {
            [Id] = item.Id,
            [ExpectedVersion] = item.ExpectedVersion,
            [State] = EnumNames.Of(item.State),
            [IsEligible] = item.IsEligible,
            [Group] = item.Group ?? string.Empty,
            [WorkflowId] = item.WorkflowId ?? string.Empty,
            [Attempts] = item.Attempts,
            [Outcome] = item.Outcome is { } outcome ? EnumNames.Of(outcome) : string.Empty,
        };
        SetText(row, Reason, item.Reason);
        SetText(row, Message, item.Message);
        SetText(row, Fingerprint, item.Fingerprint);
        if (item.UpdatedAt is { } at)
        {
            row[UpdatedAt] = at;
        }

        return row;
    }

    public static JobItem Read(TableEntity row) => new(
        row.GetString(Id) ?? throw new BrokenRowException($"Row {row.PartitionKey}/{row.RowKey} has no {Id}."),
        row.GetString(ExpectedVersion) ?? string.Empty,
        EnumNames.TryParse<ItemState>(row.GetString(State), out var state)
            ? state
            : throw new BrokenRowException($"Row {row.PartitionKey}/{row.RowKey} has no {State} that is known."))
    {
        IsEligible = row.GetBoolean(IsEligible) ?? true,
        Group = Text(row, Group),
        Reason = Text(row, Reason),
        Message = Text(row, Message),
        Fingerprint = Text(row, Fingerprint),
        WorkflowId = Text(row, WorkflowId),
        Attempts = row.GetInt32(Attempts) ?? 0,
        Outcome = EnumNames.TryParse<BusinessOutcome>(row.GetString(Outcome), out var outcome) ? outcome : null,
        UpdatedAt = row.GetDateTimeOffset(UpdatedAt),
    };

    /// <summary>Empty instead of absent where a merge has to take a text away.</summary>
    private static void SetText(TableEntity row, string name, string? text) =>
        row[name] = RecordText.Cut(text ?? string.Empty, MaxMessage);

    public static string? Text(TableEntity row, string name) => row.GetString(name) is { Length: > 0 } text ? text : null;
}
