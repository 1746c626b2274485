using Reprocessing.Domain.Notifications;

namespace ReprocessingFunctions.Notices;

/// <param name="Timeout">Of one call of the activity; taken from the settings when the notice is started.</param>
internal sealed record NoticeInput(Notification Notice, TimeSpan Timeout);

internal sealed record SendNoticeInput(Notification Notice, int Attempt);

/// <summary>How one try ended.</summary>
/// <param name="Accepted">The receiver has it.</param>
/// <param name="Wait">Until the next try; null when there is to be none.</param>
internal sealed record NoticeTry(bool Accepted, string Reason, TimeSpan? Wait = null);

/// <summary>As long as the notice has not arrived: how often it was tried and what came of it last.</summary>
internal sealed record NoticeStatus(int Attempt, string Reason, DateTimeOffset NextTryAt);

internal sealed record NoticeResult(string Id, int Attempts);
