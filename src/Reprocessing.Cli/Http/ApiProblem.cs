using System.Net;

namespace Reprocessing.Cli.Http;

/// <summary>A failed response: problem details (RFC 9457), or the answer of a proxy.</summary>
internal static class ApiProblem
{
    private const string MediaType = "application/problem+json";

    public static async Task<CommandException> ReadAsync(HttpResponseMessage response, Func<Task<string>> read)
    {
        var type = response.Content.Headers.ContentType?.MediaType;
        var json = type is MediaType or "application/json" ? Parse(await read()) : null;
        return json is { } problem && type == MediaType ? Of(response.StatusCode, problem) : Bare(response, json);
    }

    private static CommandException Of(HttpStatusCode status, JsonElement json)
    {
        var code = json.TextOrNull("code");
        List<string> lines = [json.TextOrNull("title") ?? $"The app answered {(int)status}."];
        var detail = json.TextOrNull("detail");
        var errors = json.ItemsOf("errors").ToList();
        if (detail is not null && errors.All(error => error.TextOrNull("detail") != detail))
        {
            lines.Add(detail);
        }

        lines.AddRange(errors.Select(Line));
        lines.AddRange(json.MembersOf("links").Select(link => $"{link.Name}: {PathOf(link.Value.ToString())}"));
        if (code is not null)
        {
            lines.Add($"code: {code}");
        }

        return new(ExitOf(status, code), lines);
    }

    private static string Line(JsonElement error)
    {
        var column = error.NumberOrNull("column") is { } at ? $", column {at}" : string.Empty;
        return $"{error.TextOrNull("pointer") ?? "#"}{column}: {error.TextOrNull("detail")}";
    }

    /// <summary>A link to the management API has a key in its query.</summary>
    private static string PathOf(string link) => link.Split('?')[0];

    private static CommandException Bare(HttpResponseMessage response, JsonElement? json)
    {
        var status = (int)response.StatusCode;
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new(
                ExitCode.Auth,
                $"The app answered {status}: the key or the token is missing or not accepted.",
                "Give them by --key and --token or, better, in REPROCESS_KEY and, where the app has a sign-in, REPROCESS_TOKEN."),
            >= HttpStatusCode.Moved and < HttpStatusCode.BadRequest => new(
                ExitCode.Error,
                $"The app answered {status}, a redirect, which is not followed: it would carry the key elsewhere.",
                "Give the address it leads to as --url."),
            var other => new(
                ExitOf(other, null),
                $"The app answered {status} ({response.ReasonPhrase}).",
                json is null ? "Is --url the address of the app? 'reprocess doctor' looks into it." : json.Show()),
        };
    }

    private static int ExitOf(HttpStatusCode status, string? code) => (status, code) switch
    {
        (_, "nothing_to_do") => ExitCode.NothingMatched,
        (_, "confirmation_required" or "permanent_failure" or "reopened_too_often" or "read_only" or "approval_required" or "self_approval") => ExitCode.Refused,
        (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, _) => ExitCode.Auth,
        (HttpStatusCode.NotFound, _) => ExitCode.NotFound,
        (HttpStatusCode.Conflict or HttpStatusCode.Gone or HttpStatusCode.PreconditionFailed or HttpStatusCode.UnprocessableEntity, _) => ExitCode.Conflict,
        (HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnsupportedMediaType, _) => ExitCode.Usage,
        _ => RetryRule.IsTransient(status) ? ExitCode.Unreachable : ExitCode.Error,
    };

    private static JsonElement? Parse(string text)
    {
        try
        {
            return JsonElement.Parse(text) is { ValueKind: JsonValueKind.Object } problem ? problem : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
