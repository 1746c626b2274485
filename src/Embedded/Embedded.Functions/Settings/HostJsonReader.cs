using System.Globalization;
using System.Text.RegularExpressions;
using Embedded.Functions.Hosting;
using Microsoft.Extensions.Configuration;

namespace Embedded.Functions.Settings;

/// <summary>
/// Reads and checks host.json. A setting <c>AzureFunctionsJobHost__a__b</c> replaces the file's <c>a.b</c>, as on the
/// platform.
/// </summary>
internal static partial class HostJsonReader
{
    private const int MaxPartitions = 16;

    public static IConfiguration Load(string contentRoot, IConfiguration settings)
    {
        try
        {
            return new ConfigurationBuilder()
                .AddJsonFile(Path.Combine(contentRoot, "host.json"), optional: true, reloadOnChange: false)
                .AddConfiguration(settings.GetSection("AzureFunctionsJobHost"))
                .Build();
        }
        catch (InvalidDataException exception)
        {
            throw new HostStartException([$"host.json is not valid: {exception.InnerException?.Message ?? exception.Message}"]);
        }
    }

    public static HostJson Read(IConfiguration file, IConfiguration settings, ICollection<string> problems)
    {
        var durable = file.GetSection("extensions:durableTask");
        if (file["version"] is { } version && version != "2.0")
        {
            problems.Add($"host.json: version is '{version}', must be \"2.0\".");
        }

        return new HostJson
        {
            RoutePrefix = RoutePrefix(file["extensions:http:routePrefix"], problems),
            HubName = HubName(durable["hubName"], settings, problems),
            DefaultVersion = durable["defaultVersion"],
            PartitionCount = Count(durable, "storageProvider:partitionCount", MaxPartitions, problems),
            MaxConcurrentActivityFunctions = Count(durable, "maxConcurrentActivityFunctions", int.MaxValue, problems),
            MaxConcurrentOrchestratorFunctions = Count(durable, "maxConcurrentOrchestratorFunctions", int.MaxValue, problems),
        };
    }

    private static string RoutePrefix(string? value, ICollection<string> problems)
    {
        var prefix = (value ?? "api").Trim('/');
        if (!PrefixRule().IsMatch(prefix))
        {
            problems.Add($"host.json: extensions.http.routePrefix '{value}' must be path segments of letters, digits, '-', '_', '.' and '~'.");
        }

        return prefix;
    }

    private static string HubName(string? value, IConfiguration settings, ICollection<string> problems)
    {
        var missing = new List<string>();
        var name = SettingName.Resolve(value ?? HostJson.DefaultHubName, settings, missing);
        foreach (var setting in missing)
        {
            problems.Add($"host.json: extensions.durableTask.hubName names the setting '{setting}', which does not exist.");
        }

        if (missing.Count == 0 && !HubNameRule().IsMatch(name))
        {
            problems.Add($"host.json: extensions.durableTask.hubName '{name}' must be 3 to 45 letters and digits, a letter first.");
        }

        return name;
    }

    private static int? Count(IConfiguration section, string path, int most, ICollection<string> problems)
    {
        if (section[path] is not { } text)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count >= 1 && count <= most)
        {
            return count;
        }

        var limit = most == int.MaxValue ? "a number from 1" : $"a number from 1 to {most}";
        problems.Add($"host.json: extensions.durableTask.{path.Replace(':', '.')} is '{text}', must be {limit}.");
        return null;
    }

    [GeneratedRegex(@"^[A-Za-z0-9\-_.~/]*$")]
    private static partial Regex PrefixRule();

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9]{2,44}$")]
    private static partial Regex HubNameRule();
}
