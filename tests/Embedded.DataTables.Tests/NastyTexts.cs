namespace Embedded.DataTables.Tests;

/// <summary>Texts that break whoever quotes or encodes carelessly.</summary>
public static class NastyTexts
{
    private static readonly string[] Everywhere =
    [
        "plain",
        " leading and trailing ",
        "O'Brien",
        "''",
        "'",
        "a' or 'b' eq 'b",
        "double \" quote",
        "100%",
        "%27 %2F %00",
        "a+b=c&d;e,f",
        "(brackets) [square] {curly} {0}",
        "$batch $filter @odata.type",
        "umlauts äöü ß, accents é, greek Ω",
        "日本語 한국어 العربية",
        "emoji 😀 👩‍👩‍👧‍👦",
        "<tag attr='x'>&amp;<tag>",
        "..",
        "~!*()_-.",
        "--changeset_0\n--batch",
    ];

    private static readonly string[] InValuesOnly =
    [
        "",
        "line\nbreaks\r\nand\ttabs",
        "slash / backslash \\ hash # question ?",
        "control \u0001 \u001f \u007f",
        "separators \u2028 and \u2029 and \u0085",
        "{\"json\":[1,2,\"x\"]}",
        "HTTP/1.1 500 Broken\r\n\r\n",
        "\r\n--batch_0--\r\n",
        "http://example.org/x DELETE POST PUT",
        "\0",
    ];

    /// <summary>The service forbids control characters and / \ # ? in keys.</summary>
    public static TheoryData<string> Keys => [.. Everywhere.Select(text => text.ReplaceLineEndings(" "))];

    public static TheoryData<string> Values => [.. InValues];

    public static IEnumerable<string> InValues => [.. Everywhere, .. InValuesOnly];
}
