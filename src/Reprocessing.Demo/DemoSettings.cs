using System.Globalization;

namespace Reprocessing.Demo;

/// <summary>The app's settings for the demo: everything goes faster than in production, and in tables of its own.</summary>
internal static class DemoSettings
{
    /// <summary>Orders whose id begins like this fail at picking, always.</summary>
    public const string HopelessPrefix = "hopeless-";

    public static IEnumerable<KeyValuePair<string, string>> For(DemoOptions options) => new Dictionary<string, string>
    {
        ["AZURE_FUNCTIONS_ENVIRONMENT"] = "Development",
        ["AzureWebJobsStorage"] = "UseDevelopmentStorage=true",
        ["FUNCTIONS_HTTP_PORT"] = options.Port.ToString(CultureInfo.InvariantCulture),
    };
}
