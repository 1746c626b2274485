using Microsoft.Extensions.Configuration.Memory;

namespace Reprocessing.Functions.Settings;

internal static class SettingsRegistration
{
    /// <summary>Checked when the app starts, all faults in one exception and each named by its setting.</summary>
    public static IServiceCollection AddSettings<TOptions>(this IServiceCollection services, string prefix)
        where TOptions : class, new()
    {
        IReadOnlyList<string> unconverted = [];
        services.AddOptions<TOptions>()
            .Configure<IConfiguration>((options, configuration) => unconverted = SettingsBinder.Bind(options, configuration, prefix))
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<TOptions>>(new SettingsValidator<TOptions>(prefix, () => unconverted));
        return services;
    }

    private sealed class SettingsValidator<TOptions>(string prefix, Func<IReadOnlyList<string>> unconverted) : IValidateOptions<TOptions>
        where TOptions : class
    {
        public ValidateOptionsResult Validate(string? name, TOptions options)
        {
            var results = new List<ValidationResult>();
            Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
            var all = unconverted()
                .Concat(results.Select(r => $"{string.Join(", ", r.MemberNames.Select(m => prefix + m))}: {r.ErrorMessage}"))
                .ToList();
            return all.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(all);
        }
    }
}

// Property BatchSize of the prefix Reprocessing is the setting ReprocessingBatchSize. The framework's binder stops at the first value that it cannot convert; this
// one notes it and goes on, so that a start shows every fault at once.
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

            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            try
            {
                property.SetValue(options, Convert(text.Trim(), type));
            }
            catch (Exception e) when (e is FormatException or ArgumentException or OverflowException or NotSupportedException)
            {
                faults.Add($"{name}: '{text}' is not {Describe(type)}.");
            }
        }

        return faults;
    }

    private static object? Convert(string text, Type type) =>
        type == typeof(Uri) ? new Uri(text) is { Scheme: "http" or "https" } address ? address : throw new FormatException()
        // By the published name or by the code's; never by number.
        : type.IsEnum ? Enum.Parse(type, Enum.GetNames(type).FirstOrDefault(name => name.Equals(text.Replace("_", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase)) ?? string.Empty)
        : TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text);

    private static string Describe(Type type) => type switch
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

internal static class DefaultSettings
{
    /// <summary>A trigger names its schedule: a host that takes the app's configuration finds the default here. The Functions host needs it among the app settings.</summary>
    public static void AddDefaults(this IConfigurationBuilder configuration) => configuration.Sources.Insert(0, new MemoryConfigurationSource
    {
        InitialData =
        [
            new("ReprocessingSchedule", new ReprocessingOptions().Schedule),
            new("MaintenanceSchedule", new MaintenanceOptions().Schedule),
        ],
    });
}
