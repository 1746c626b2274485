namespace Reprocessing.Domain.Failures;

/// <summary>Names a kind of failure by error type, status and what its messages have in common. It is stored with each failure: a change here splits groups.</summary>
public static partial class Fingerprint
{
    private const string Value = "<*>";

    public static string Of(ErrorType type, string status, string message)
    {
        var text = $"{EnumNames.Of(type)}\n{status}\n{Normalise(message)}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
    }

    /// <summary>Replaces what differs from order to order by one placeholder, and lists of it too; levels case and white space. Error codes stay: they tell failures apart.</summary>
    public static string Normalise(string message)
    {
        // In a text that is JSON everything is quoted, its words too.
        var isJson = message.AsSpan().TrimStart() is ['{' or '[', ..] and [.., '}' or ']'];
        var text = Parts().Replace(message, part =>
            part.Groups["code"].Success ? part.Value
            : !part.Groups["quoted"].Success ? Value
            : isJson || Parts().Matches(part.Groups["quoted"].Value).Any(inner => inner.Groups["code"].Success)
                ? $"{part.Value[0]}{Normalise(part.Groups["quoted"].Value)}{part.Value[^1]}"
            : Value);
        text = Lists().Replace(text.ToLower(CultureInfo.InvariantCulture), Value);
        return Spaces().Replace(text, " ").Trim();
    }

    // Where a code ends, and what makes a count of a number that stands where a code could.
    private const string End = """(?![\w-]|[.,:]\d)(?!\s?(?:%|(?:""" + Units + """|of|times|items?|rows?|records?|orders?|results?|entries|lines?|pieces?|files?|messages?)\b))""";
    private const string Units = """[kmgt]?i?b|bytes?|ns|[uµ]s|ms|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|weeks?|m?g|kg|lbs?|oz|[cm]?m|km|eur|usd|gbp|chf""";
    private const string Between = """[\s:=#"'`(\[{]+(?:(?:is|was|with|of|an?|http|status|code|number)[\s:=#"'`(\[{]+)*""";

    // Those that HTTP has registered: other numbers of three digits are more often counts.
    private const string HttpFault = """(?:4(?:0\d|1[0-8]|2[1-6]|28|29|31|51)|5(?:0[0-8]|1[01]))""";

    private const string Codes = $"""
        \b(?:[a-z_.]*(?:error|errno|err|exception|fault|failure)|alert|hresult|ntstatus|sqlcode|[a-z_]*status|signal|msg|rc|exit(?:ed)?)
            (?:\s?(?:number|no\.?|code|status))*{Between}-?(?:0x[0-9a-f]+|e?\d{"{1,6}"}|(?=(?:[a-z]*\d){"{3}"})[0-9a-z]{"{5}"}){End}
        | (?<!\w|\b(?:zip|post|postal|bar|qr|promo|voucher|discount|coupon|gift|product|item|article|sku|area|country|region|tracking|order|customer|batch|lot|bin|location|access)[\s_-])
            (?:(?:exit|error|err|status|return|ret|result|response|reason|fault|failure|http|sql|vendor|native)[\s_-]?)?(?:code|errno|sqlstate)
            {Between}-?(?:0x[0-9a-f]+|[a-z]{"{0,10}"}[_-]?\d{"{1,6}"}[a-z]?|(?=(?:[a-z]*\d){"{3}"})[0-9a-z]{"{5}"}){End}
        | \bhttp[_-]?[1-5]\d\d\b | \b(?:https?(?:/\d(?:\.\d)?)?|smtp|ftp|sip|answer(?:ed)?|returned|replied|responded|response|got|received|gave|success){Between}[1-5]\d\d{End}
        | \A\W*[1-5]\d\d(?=\s*:|\s+[–-]\s|\W*\z) | [(\[]{HttpFault}[)\]] | \b{HttpFault}(?=\s(?:from|response|error|status|answer)\b)
        | \b(?:(?:ora|tns|pls|rman|kup|lrm|sp2)-\d{"{4,5}"}|sql\d{"{3,5}"}[a-z]?|e1100\d|aadsts\d+|err(?:or)?[_-]\w*\d|0x(?:80|c0)[0-9a-f]{"{6}"})\b
        | (?-i:\b(?:E(?:CONN|NET|HOST|ADDR|NO|IS|AI_)[A-Z]+|E(?:TIMEDOUT|PIPE|ACCES|PERM|IO|BUSY|EXIST|AGAIN|INVAL|MFILE|DEADLK|INTR|ROFS|FBIG|DQUOT|STALE|PROTO)|SIG[A-Z]+|[A-Z]+(?:_[A-Z]+)+)\b)
        """;

    private const string Day = """(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?""";
    private const string Month = """(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)""";
    private const string Clock = """(?:\d+\.)?\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:\s?[ap]\.?m\b\.?)?(?:\s?(?:z|utc|gmt|[ecmp][sd]t|ces?t|bst)\b)?(?:\s?[+-]\d{2}:?\d{2}\b)?(?:\[[a-z/+_-]+\])?""";

    private const string Times = $"""
        (?:{Day},?\s+)?
        (?: (?:\d{"{4}"}(?<ymd>[-/.])\d{"{1,2}"}\k<ymd>\d{"{1,2}"} | \d{"{1,2}"}(?<dmy>[/-])\d{"{1,2}"}\k<dmy>\d{"{2,4}"} | \d{"{1,2}"}\.\d{"{1,2}"}\.\d{"{4}"}
                | \d{"{1,2}"}(?:st|nd|rd|th)?[\s/-]+{Month}[\s/,-]+\d{"{2,4}"} | {Month}\s+\d{"{1,2}"}(?:st|nd|rd|th)?,?\s+\d{"{4}"})
            (?:(?:,?\s+(?:at\s+)?|t|:){Clock})?
        | {Month}\s+\d{"{1,2}"}\s+{Clock}(?:\s+\d{"{4}"})?
        | {Clock})(?!\w)
        """;

    private const string Addresses = """
        [a-z][a-z0-9+.-]*://[^\s"'<>()]*[^\s"'<>().,;:!?\]]
        | [\w.+%-]+@[\w-]+(?:\.[\w-]+)+
        | (?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}
        | \[(?=[^\]]*:[^\]]*:)[0-9a-f:.]+(?:%\w+)?\](?::\d+)?
        | (?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4} | (?:[0-9a-f]{1,4}:){1,7}:(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*)? | ::[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*)
            (?:(?<=:\d{1,3})(?:\.\d{1,3}){3})?(?:%\w+)?(?![\w:])
        | \d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?(?::\d{1,5})?(?![\w.]\d)
        | localhost(?::\d+)?\b
        | (?=[\w.-]*[a-z])(?:[a-z0-9][a-z0-9-]*\.)+[a-z0-9-]+:\d{1,5}\b
        | (?=[a-z-]*\d)[a-z][a-z0-9-]*:\d{2,5}\b
        | (?<=\b(?:to|at|from|via|by|on|host|server|endpoint|upstream|proxy|node|peer|broker|reach|reaching|connect|connecting|dial|tcp|address)[\s=]+|\()[a-z][a-z-]*:\d{2,5}\b
        | (?:[a-z0-9][a-z0-9-]*\.)+(?:com|net|org|io|dev|app|cloud|internal|local|lan|corp|example|test|invalid|de|eu|us|uk|fr|nl)(?![\w-]|\.\w)
        """;

    private const string Numbers = $"""
        [\#$€£]?-?\d+(?:[.,]\d+)*(?:e[+-]?\d+)?(?:\s?%|\s?(?:{Units})(?![a-z]))?(?:\s?\d+(?:[.,]\d+)*\s?(?:{Units})(?![a-z]))*(?![\w-])
        """;

    // A word with a digit is an id: "ord-00017", "sku_44", "0x1f", and so is a long word of hex digits.
    private const string Ids = """
        \{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}? | [0-9a-f]{8,}\b
        | [\p{L}_][\w-]*\d[\w-]*(?:\.\d[\w-]*)* | \d[\w-]*[\p{L}_-][\w-]*
        """;

    private const string Quoted = """
        '(?<quoted>[^'\n]*)'(?!\w) | "(?<quoted>[^"\n]*)" | “(?<quoted>[^”\n]*)” | «(?<quoted>[^»\n]*)» | `(?<quoted>[^`\n]*)`
        """;

    [GeneratedRegex(
        $"""(?<code>{Codes})|(?<!\w)(?:{Quoted}|{Addresses}|{Times}|{Numbers}|{Ids})""",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Parts();

    [GeneratedRegex(@"<\*>(?:(?:\s*[,;/|+]\s*(?:(?:and|or)\s+)?|\s+(?:(?:and|or|-)\s+)?)<\*>)+", RegexOptions.CultureInvariant)]
    private static partial Regex Lists();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Spaces();
}
