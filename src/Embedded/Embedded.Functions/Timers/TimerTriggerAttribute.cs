using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

[AttributeUsage(AttributeTargets.Parameter)]
public sealed class TimerTriggerAttribute(string schedule) : TriggerBindingAttribute
{
    /// <summary>Five or six cron fields, a time span, or %Setting% that names one.</summary>
    public string Schedule { get; } = schedule;

    public bool RunOnStartup { get; set; }

    /// <summary>Keep the schedule's status in storage, so that occurrences missed while the host was down are noticed.</summary>
    public bool UseMonitor { get; set; } = true;
}
