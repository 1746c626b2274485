using System.Globalization;
using System.Text.Json;

namespace Embedded.Functions.Scheduling;

/// <summary>
/// The JSON that the platform's host sends to a timer function: Pascal case whatever the worker's serializer is, so that one
/// which cannot read it there cannot read it here.
/// </summary>
internal static class TimerMessage
{
    public static string Of(TimerStatus? status, bool isPastDue) => JsonSerializer.Serialize(new
    {
        Schedule = new { AdjustForDST = true },
        ScheduleStatus = status is null ? null : new
        {
            Last = Text(status.Last),
            LastUpdated = Text(status.LastUpdated),
            Next = Text(status.Next),
        },
        IsPastDue = isPastDue,
    });

    private static string Text(DateTimeOffset? time) => time is { } value
        ? value.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture)
        : "0001-01-01T00:00:00";
}
