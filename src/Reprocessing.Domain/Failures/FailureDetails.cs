using System.Net;

namespace Reprocessing.Domain.Failures;

/// <summary>What the answer to a refused call says of the failure. All is redacted and bounded.</summary>
public sealed record FailureDetails(string? Reason, string? ExceptionType = null, string? TraceId = null)
{
    private const int MaxDepth = 4;

    public static FailureDetails None { get; } = new(Reason: null);

    // The most telling first: a title is the same for all failures of a kind, an error often a mere word beside its message.
    private static readonly string[] ReasonMembers =
        ["reason", "detail", "message", "error_description", "errorMessage", "description", "error", "title", "errors"];

    private static readonly string[] ExceptionMembers = ["exceptionType", "exception", "type"];
    private static readonly string[] TraceMembers = ["traceId", "trace_id", "correlationId", "requestId"];

    /// <summary>Reads problem details, any JSON with a reason, an error or a message, the title of a page, or plain text.</summary>
    public static FailureDetails Read(ReadOnlySpan<byte> body)
    {
        if (StrictJson.TryParse(body) is { } json)
        {
            return new(
                ReasonOf(json, depth: 0),
                Member(json, ExceptionMembers) is { } type && type != "about:blank" ? FailureText.Clean(type.Split(['\r', '\n', ' '])[0].TrimEnd(':'), OrderFailure.MaxName) : null,
                Member(json, TraceMembers) is { } trace ? FailureText.Clean(trace, OrderFailure.MaxName) : null);
        }

        var text = Encoding.UTF8.GetString(body).Trim();
        return new(text.StartsWith('<') ? FailureText.TitleOf(text) : text.Length > 0 ? FailureText.Clean(text) : null);
    }

    private static string? ReasonOf(JsonElement json, int depth) => json.ValueKind switch
    {
        _ when depth > MaxDepth => null,
        JsonValueKind.String => json.GetString() is { } text && !string.IsNullOrWhiteSpace(text) ? FailureText.Clean(text) : null,
        JsonValueKind.Array => json.EnumerateArray().Select(item => ReasonOf(item, depth + 1)).FirstOrDefault(reason => reason is not null),
        JsonValueKind.Object => ReasonMembers.Select(name => Find(json, name) is { } member ? ReasonOf(member, depth + 1) : null)
            .FirstOrDefault(reason => reason is not null) ?? FieldFault(json, depth),
        _ => null,
    };

    /// <summary>The faults of a body's members, by their names, as validation answers them.</summary>
    private static string? FieldFault(JsonElement json, int depth) => depth == 0 ? null : json.EnumerateObject()
        .Where(member => member.Value.ValueKind == JsonValueKind.Array)
        .Select(member => ReasonOf(member.Value, depth + 1) is { } reason ? FailureText.Clean($"{member.Name}: {reason}") : null)
        .FirstOrDefault(reason => reason is not null);

    private static string? Member(JsonElement json, string[] names) => json.ValueKind != JsonValueKind.Object ? null : names
        .Select(name => Find(json, name) is { ValueKind: JsonValueKind.String } member ? member.GetString() : null)
        .FirstOrDefault(text => !string.IsNullOrWhiteSpace(text));

    private static JsonElement? Find(JsonElement json, string name) => json.EnumerateObject()
        .Where(member => string.Equals(member.Name, name, StringComparison.OrdinalIgnoreCase))
        .Select(member => (JsonElement?)member.Value)
        .FirstOrDefault();
}

/// <summary>Makes what others say fit to be kept and shown: without secrets, without what identifies a person or an account, and bounded.</summary>
public static partial class FailureText
{
    private const string Redacted = "[redacted]";

    public static string Clean(string text, int maxLength = OrderFailure.MaxReason)
    {
        // A secret must not be cut in two before it is found, so the cut comes last; but what is far too long is cut first.
        text = RecordText.Cut(text, 4 * OrderFailure.MaxReason);
        text = Secrets().Replace(text, match => match.Groups["keep"].Value + Redacted);
        text = CardNumbers().Replace(text, match => IsCardNumber(match.Value) ? Redacted : match.Value);
        text = Controls().Replace(text, " ").Trim();
        return text.Length <= maxLength ? text : RecordText.Cut(text, maxLength - 1) + "…";
    }

    internal static string? TitleOf(string page) => Title().Match(page) is { Success: true } match ? Clean(WebUtility.HtmlDecode(match.Groups[1].Value)) : null;

    private static bool IsCardNumber(string text)
    {
        var sum = text.Where(char.IsAsciiDigit).Reverse().Select((digit, place) => (digit - '0') * (1 + place % 2)).Sum(value => value > 9 ? value - 9 : value);
        return sum % 10 == 0;
    }

    // What precedes a match is bounded: a warehouse may answer with thousands of letters, each of which could begin one.
    [GeneratedRegex(
        """
        (?<keep>\b(?:bearer|basic|sharedaccesssignature|sharedkey)\s+)[^\s"',;]{6,}
        | (?<keep>(?:passw(?:or)?d|passphrase|pwd|secret|token|(?:api|access|account|functions?|subscription|private|shared|master|auth|signing|encryption)[\s_-]?key|accesssignature|authorization)\\?["']?\s*[:=]\s*\\?["']?)(?!\[redacted)(?:(?:bearer|basic)\s+)?[^\s"',;&}\\]+
        | (?<keep>[?&](?:code|sig|key|auth)=)[^\s"'&]+
        | (?<keep>://)[^\s/@"']+@
        | \b(?:[srp]k_(?:live|test)_\w+|gh[pousr]_\w{20,}|xox[abprs]-[\w-]+|whsec_[\w+/=]+|eyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?)
        | -----BEGIN[ ][^-]+-----[\s\S]*?(?:-----END[ ][^-]+-----|\z)
        | (?-i:\bAKIA[0-9A-Z]{16}\b | (?<![\w+/])(?=[\w+/]*[a-z])(?=[\w+/]*[A-Z])(?=[\w+/]*\d)(?:[A-Za-z0-9+/]{40,}={1,2}|[A-Za-z0-9]{40,})(?![\w+/]))
        | [\w.+%-]{1,64}@[\w-]+(?:\.[\w-]+)+
        """,
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Secrets();

    [GeneratedRegex(@"(?<![\w-])\d(?:[ -]?\d){12,18}(?![\w-])", RegexOptions.CultureInvariant)]
    private static partial Regex CardNumbers();

    [GeneratedRegex(@"[\p{Cc}\p{Cf}\u2028\u2029-[\r\n\t]]", RegexOptions.CultureInvariant)]
    private static partial Regex Controls();

    [GeneratedRegex(@"<title[^>]*>\s*([^<]*?)\s*</title>", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Title();
}
