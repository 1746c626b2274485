using System.Globalization;
using Reprocessing.Storage.Audit;
using Reprocessing.Storage.DeadLetters;

namespace ReprocessingFunctions.FailureGroups;

internal static class FailureGroupAudit
{
    public const string ArchivedAction = "failure_group.archived";

    public const string OpenedAction = "failure_group.opened";

    /// <summary>The last edit; null when there was none.</summary>
    public static AuditEvent? Of(FoundFailureGroup found) => found.Edit is not { } edit ? null : new(
        string.Create(CultureInfo.InvariantCulture, $"group-{found.Group.Fingerprint}.edit-{edit.Version}"),
        edit.At,
        edit.By,
        edit.IsArchived ? ArchivedAction : OpenedAction,
        found.Group.Fingerprint)
    {
        Reason = edit.Note,
        Detail = $"{found.Group.FailureStatus}: {found.Group.SampleReason}",
    };
}
