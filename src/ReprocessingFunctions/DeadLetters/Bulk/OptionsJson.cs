using System.Text;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.DeadLetters.Bulk;

/// <summary>Reads an operation's options as strictly as a body; their faults point below <c>#/options</c>.</summary>
internal static class OptionsJson
{
    public static (T Options, Problem? Problem) Read<T>(string? json)
        where T : class, new()
    {
        if (string.IsNullOrWhiteSpace(json) || json.Trim() == "null")
        {
            return (new(), null);
        }

        var body = RequestBody.Parse<T>(Encoding.UTF8.GetBytes(json));
        return body is { Value: { } options, Problem: null }
            ? (options, null)
            : (new(), Problems.InvalidOptions([.. (body.Problem?.Errors ?? []).Select(Below)]));
    }

    /// <summary>Of options that were checked when they were frozen into a plan.</summary>
    public static T Use<T>(string? json)
        where T : class, new() => Read<T>(json) is { Problem: null } read
        ? read.Options
        : throw new ArgumentException($"The stored options of the job cannot be read: {json}", nameof(json));

    private static ProblemError Below(ProblemError error) => error with { Pointer = $"#/options{error.Pointer.TrimStart('#')}" };
}
