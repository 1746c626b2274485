using Embedded.Functions.Discovery;
using Embedded.Functions.Settings;
using Microsoft.Extensions.Configuration;

namespace Embedded.Functions.Scheduling;

/// <summary>A timer function with its schedule read.</summary>
internal sealed record PlannedTimer(FunctionDescriptor Function, FunctionTrigger.Timer Trigger, TimerSchedule Schedule)
{
    public static IReadOnlyList<PlannedTimer> Plan(FunctionCatalog catalog, IConfiguration settings, ICollection<string> problems)
    {
        var zone = Zone(settings["WEBSITE_TIME_ZONE"], problems);
        var planned = new List<PlannedTimer>();
        foreach (var (function, trigger) in catalog.With<FunctionTrigger.Timer>())
        {
            var missing = new List<string>();
            var text = SettingName.Resolve(trigger.Schedule, settings, missing);
            if (missing.Count > 0)
            {
                problems.Add($"Function '{function.Name}': the schedule '{trigger.Schedule}' names no setting: '{string.Join("', '", missing)}'.");
                continue;
            }

            try
            {
                planned.Add(new PlannedTimer(function, trigger, TimerSchedule.Parse(text, zone)));
            }
            catch (FormatException exception)
            {
                problems.Add($"Function '{function.Name}': the schedule '{text}' is not valid: {exception.Message}");
            }
        }

        return planned;
    }

    private static TimeZoneInfo Zone(string? name, ICollection<string> problems)
    {
        if (string.IsNullOrEmpty(name))
        {
            return TimeZoneInfo.Utc;
        }

        try
        {
            return TimeZoneInfo.FindSystemTimeZoneById(name);
        }
        catch (Exception exception) when (exception is TimeZoneNotFoundException or InvalidTimeZoneException)
        {
            problems.Add($"WEBSITE_TIME_ZONE '{name}' is not a time zone of this machine.");
            return TimeZoneInfo.Utc;
        }
    }
}
