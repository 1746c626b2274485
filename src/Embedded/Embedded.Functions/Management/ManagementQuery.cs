using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;

namespace Embedded.Functions.Management;

/// <summary>Query parameters of the management API. Names are case-insensitive, statuses are not, and an unknown status is no filter.</summary>
internal static class ManagementQuery
{
    public static bool Flag(HttpRequest request, string name, bool otherwise) =>
        bool.TryParse(request.Query[name], out var value) ? value : otherwise;

    public static TimeSpan? Seconds(HttpRequest request, string name) =>
        double.TryParse(request.Query[name], NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 86_400
            ? TimeSpan.FromSeconds(seconds)
            : null;

    public static DateTimeOffset? Time(HttpRequest request, string name) =>
        DateTimeOffset.TryParse(
            request.Query[name], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : null;

    public static OrchestrationRuntimeStatus[]? Statuses(HttpRequest request)
    {
        var statuses = request.Query["runtimeStatus"]
            .SelectMany(value => (value ?? string.Empty).Split(',', StringSplitOptions.TrimEntries))
            .Select(text => Enum.TryParse<OrchestrationRuntimeStatus>(text, ignoreCase: false, out var status) ? status : (OrchestrationRuntimeStatus?)null)
            .OfType<OrchestrationRuntimeStatus>()
            .ToArray();
        return statuses.Length > 0 ? statuses : null;
    }

    public static string EncodeToken(string token) => Convert.ToBase64String(Encoding.UTF8.GetBytes(token));

    /// <exception cref="FormatException">The caller's token is none of ours.</exception>
    public static string? DecodeToken(string? token) =>
        string.IsNullOrEmpty(token) ? null : Encoding.UTF8.GetString(Convert.FromBase64String(token));
}
