using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ReprocessingFunctions.Settings;

internal static class SettingsSetup
{
    /// <summary>
    /// Registers options that are read from flat app settings and checked when the app starts, all faults in one exception and
    /// each named by its setting.
    /// </summary>
    public static IServiceCollection AddSettings<TOptions>(this IServiceCollection services, string prefix)
        where TOptions : class, new()
    {
        var faults = new ConversionFaults();
        services.AddOptions<TOptions>()
            .Configure<IConfiguration>((options, configuration) => faults.Found = SettingsBinder.Bind(options, configuration, prefix))
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<TOptions>>(new SettingsValidator<TOptions>(prefix, faults));
        return services;
    }

    private sealed class ConversionFaults
    {
        public IReadOnlyList<string> Found { get; set; } = [];
    }

    private sealed class SettingsValidator<TOptions>(string prefix, ConversionFaults faults) : IValidateOptions<TOptions>
        where TOptions : class
    {
        public ValidateOptionsResult Validate(string? name, TOptions options)
        {
            var results = new List<ValidationResult>();
            Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
            var all = faults.Found
                .Concat(results.Select(r => $"{string.Join(", ", r.MemberNames.Select(m => prefix + m))}: {r.ErrorMessage}"))
                .ToList();
            return all.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(all);
        }
    }
}
