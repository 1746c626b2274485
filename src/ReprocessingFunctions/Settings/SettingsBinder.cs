using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace ReprocessingFunctions.Settings;

/// <summary>
/// Reads flat app settings into options: property <c>BatchSize</c> of a class with prefix <c>Reprocessing</c> is the setting
/// <c>ReprocessingBatchSize</c>. The framework's binder stops at the first value that it cannot convert; this one notes it and
/// goes on, so that a start shows every fault at once.
/// </summary>
internal static class SettingsBinder
{
    public static IReadOnlyList<string> Bind(object options, IConfiguration configuration, string prefix)
    {
        var faults = new List<string>();
        foreach (var property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite))
        {
            var name = prefix + property.Name;
            if (configuration[name] is not { Length: > 0 } text)
            {
                continue;
            }

            if (TryConvert(text.Trim(), property.PropertyType, out var value))
            {
                property.SetValue(options, value);
            }
            else
            {
                faults.Add($"{name}: '{text}' is not {Describe(property.PropertyType)}.");
            }
        }

        return faults;
    }

    private static bool TryConvert(string text, Type type, out object? value)
    {
        var target = Nullable.GetUnderlyingType(type) ?? type;
        if (target == typeof(Uri))
        {
            var valid = Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";
            value = uri;
            return valid;
        }

        if (target.IsEnum)
        {
            // By the published name or by the code's; never by number.
            var named = Enum.GetNames(target).FirstOrDefault(name => string.Equals(Plain(name), Plain(text), StringComparison.OrdinalIgnoreCase));
            value = named is null ? null : Enum.Parse(target, named);
            return named is not null;
        }

        try
        {
            value = TypeDescriptor.GetConverter(target).ConvertFromString(null, CultureInfo.InvariantCulture, text);
            return true;
        }
        catch (Exception e) when (e is FormatException or ArgumentException or OverflowException or NotSupportedException)
        {
            value = null;
            return false;
        }
    }

    private static string Plain(string name) => name.Replace("_", string.Empty, StringComparison.Ordinal);

    private static string Describe(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        { } t when t == typeof(bool) => "true or false",
        { } t when t == typeof(int) => "a whole number",
        { } t when t == typeof(double) => "a number",
        { } t when t == typeof(TimeSpan) => "a duration (hh:mm:ss)",
        { } t when t == typeof(Uri) => "an absolute http or https address",
        { IsEnum: true } t => $"one of {string.Join(", ", Enum.GetNames(t))}",
        { } t => $"a {t.Name}",
    };
}
