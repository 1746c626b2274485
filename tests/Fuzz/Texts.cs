using System.Globalization;
using System.Text;

namespace Fuzz;

/// <summary>Random choices of one request.</summary>
internal static class Choices
{
    public static T Pick<T>(this Random random, IReadOnlyList<T> from) => from[random.Next(from.Count)];

    public static bool Chance(this Random random, double share) => random.NextDouble() < share;
}

/// <summary>Texts that people, other systems and attackers send where another text is meant.</summary>
internal static class Texts
{
    public static readonly string[] Statuses =
        ["picking_failed", "packing_failed", "shipping_failed", "wave_timeout", "pick_timeout", "validation_failed", "address_invalid", "item_discontinued"];

    public static readonly string[] Plain = ["The carrier was down.", "looked at", "shelf 12 is empty", "maria@example.com", "ops", "Graz", "SKU-1", "MUG", "AT"];

    /// <summary>In C#, so without halves of surrogate pairs: those are in <see cref="RawJson"/> and <see cref="RawInAddress"/>.</summary>
    public static readonly string[] Hostile =
    [
        "", " ", "\t", " a", "a ", "null", "undefined", "NaN", "true", "-1", "0", "1.5", "1e999", "99999999999999999999", "2147483648", "-9223372036854775809",
        "[]", "{}", "a/b", "a\\b", "a#b", "a?b", "a%b", "a%2Fb", "a|b", "a~b", "o|x", "s01", "../../etc/passwd", "/etc/passwd", "C:\\x", "\\\\host\\share",
        "a\u2028b", "a\u2029b", "a\u0085b", "a\u0000b", "a\u0007b", "a\u007fb", "\u001b[31mred", "a\r\nX-Injected: 1", "a\u202eb", "\ufeffa", "a\ufffeb", "a\ufffdb", "a\u200bb", "a\u00a0b",
        "😀", "e\u0301", "\u00e9", "İstanbul", "straße", "заказ-1", "订单", "\u0915\u094d\u0937", "'", "\"", "''", "' OR 1=1 --", "<script>alert(1)</script>",
        "=cmd|'/C calc'!A0", "+1+1", "-1+1", "@SUM(1)", "{{7*7}}", "${jndi:ldap://x/a}", "%s%n", "__proto__", "constructor", "$type", "http://169.254.169.254/latest",
        "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2026-02-30", "2026-13-01T00:00:00Z",
        "2026-03-01T12:00:00.123456789123Z", "2026-03-01T24:00:00Z", "2016-12-31T23:59:60Z", "03/01/2026", "+292278994-08-17T00:00:00Z", "PT1H", "now-99999999999d",
        "reprocessing-batch", "job-", "plan-0", "import-x", "unresolved", "any", "START", "Retry", "FirstWorkflowTask",
        new('a', 256), new('a', 257), new('a', 1_025), new('é', 300), string.Concat(Enumerable.Repeat("😀", 130)),
    ];

    /// <summary>For places where length is no fault of the transport.</summary>
    public static readonly string[] Long = [new('x', 4_001), new('x', 40_000), string.Concat(Enumerable.Repeat("ab\n", 20_000)), new(' ', 70_000)];

    /// <summary>Literals that stand where JSON has a value; some of them are no JSON.</summary>
    public static readonly string[] RawJson =
    [
        "null", "true", "false", "0", "-0", "-1", "1", "1.5", "1e400", "-1e400", "1e-400", "99999999999999999999999999999999", "2147483648", "9223372036854775808", "0.1e1", "1E2",
        "79228162514264337593543950336", "{}", "[]", "[null]", "{\"a\":{}}", "\"\"", "\" \"", "\"\\ud800\"", "\"a\\udc00b\"", "\"\\ud83d\\ude00\"", "\"\\u0000\"", "\"\\u2028\"", "\"\\u202e\"", "\"\\u0007\"",
        "\"a\\u0085b\"", "\"0001-01-01T00:00:00Z\"", "\"9999-12-31T23:59:59.9999999Z\"", "\"9999-12-31T23:59:59-14:00\"", "\"2026-03-01\"", "\"24:00\"", "\"Retry\"", "\"RETRY\"", "\"1\"", "NaN", "Infinity", "undefined", "'a'", "01", "+1", ".5", "1.", "tru", "\"\\x\"", "\"unended",
        "\"a\nb\"", Deep(31), Deep(33), Deep(63), Deep(65), Deep(3_000), DeepObject(31), DeepObject(40), $"\"{new string('y', 5_000)}\"", $"[{string.Join(',', Enumerable.Range(0, 3_000))}]", "[\"a\",\"a\"]",
    ];

    /// <summary>Already escaped, or wrongly so.</summary>
    public static readonly string[] RawInAddress = ["%ZZ", "%", "%2", "%C0%AF", "%ED%A0%80", "%FF", "+", "%2B", "%25", "%252F", "%E2%80%A8", "%F0%9F%98%80", "a;b", "a=b", "a,b"];

    public static readonly string[] HeaderValues =
        ["", " ", "*", "\"\"", "\"a\"", "W/\"a\"", "a, b", "\"a", new('k', 255), new('k', 256), new('k', 3_000), "key 1", "bytes=0-", "bytes=-1", "bytes=5-2", "bytes=0-0,2-3", "bytes=99999999999999999999-", "lines=1-2", "bytes=-0"];

    public static readonly string[] MediaTypes =
        ["application/json", "application/json; charset=utf-8", "application/json; charset=utf-16", "APPLICATION/JSON", "text/csv", "text/csv; charset=iso-8859-1", "application/x-ndjson", "text/plain", "application/xml",
            "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "application/octet-stream", "x", "", "application/json, text/csv", "text/csv; header=absent"];

    public static string HostileOr(Random random, bool mayBeLong) => mayBeLong && random.Chance(0.05) ? random.Pick(Long) : random.Pick(Hostile);

    /// <summary>As the address of a request has it.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder();
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            var isPlain = char.IsAsciiLetterOrDigit((char)octet) || octet is (byte)'-' or (byte)'_' or (byte)'.' or (byte)'~';
            escaped.Append(isPlain ? ((char)octet).ToString() : string.Create(CultureInfo.InvariantCulture, $"%{octet:X2}"));
        }

        return escaped.ToString();
    }

    private static string Deep(int levels) => new string('[', levels) + new string(']', levels);

    private static string DeepObject(int levels) => string.Concat(Enumerable.Repeat("{\"a\":", levels)) + "1" + new string('}', levels);
}
