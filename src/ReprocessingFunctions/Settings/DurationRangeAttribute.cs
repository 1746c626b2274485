using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace ReprocessingFunctions.Settings;

/// <summary>Bounds of a duration, in the form that the setting is written in (hh:mm:ss).</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DurationRangeAttribute(string least, string most) : ValidationAttribute
{
    public string Least { get; } = least;

    public string Most { get; } = most;

    public override bool IsValid(object? value) =>
        value is not TimeSpan duration
        || (duration >= TimeSpan.Parse(Least, CultureInfo.InvariantCulture) && duration <= TimeSpan.Parse(Most, CultureInfo.InvariantCulture));

    public override string FormatErrorMessage(string name) => $"The duration {name} must be between {Least} and {Most}.";
}
