namespace Reprocessing.Domain.Tests.Failures;

public sealed class FingerprintTests
{
    /// <summary>Each row: texts that tell of the same failure of different orders, at different times and places.</summary>
    public static TheoryData<string[]> Same => new(
        [
            "Lock held since Tue, 03 Mar 2026 12:00:00 GMT",
            "Lock held since Wed, 14 Oct 2026 07:31:09 GMT",
            "Lock held since Tuesday, 03-Mar-26 12:00:00 GMT",
            "Lock held since Tue Mar  3 12:00:00 2026",
            "Lock held since 1/31/2026 2:05:11 PM",
            "Lock held since 11/3/2026 12:45:00 AM",
            "Lock held since 31.01.2026 14:05",
            "Lock held since 2026-08-15T10:15:00Z",
            "Lock held since 2026-08-15T10:15:00.1234567+02:00",
            "Lock held since 2026-08-15T10:15:00.000+02:00[Europe/Vienna]",
            "Lock held since 2026-08-15 10:15:00,123",
            "Lock held since 2026/08/15 10:15:00 UTC",
            "Lock held since 20260815T101500Z",
            "Lock held since 15/Aug/2026:10:15:00 +0000",
            "Lock held since Aug 15, 2026 10:15 PM",
            "Lock held since 15 August 2026, 10:15:00",
            "Lock held since Aug 15 10:15:00",
            "Lock held since 10:15 pm",
            "Lock held since 2026-08-15",
            "Lock held since 1772539200",
            "Lock held since 1772539200123",
            "Lock held since 1772539200.123",
        ],
        [
            "No answer from 10.0.0.7:80",
            "No answer from 10.0.0.12:8080",
            "No answer from 192.168.1.1",
            "No answer from [2001:db8::7]:443",
            "No answer from 2001:db8:0:0:0:0:0:7",
            "No answer from fe80::1%eth0",
            "No answer from ::1",
            "No answer from ::ffff:10.0.0.7",
            "No answer from localhost:5000",
            "No answer from warehouse-2.internal:8443",
            "No answer from wms.example.com:443",
            "No answer from https://wms.example.com/api/orders/17?x=1",
            "No answer from http://[::1]:8080/stock",
            "No answer from picker7:9042",
        ],
        ["Cannot reach db:5432", "Cannot reach cache:6379"],
        ["Connection refused (db:5432)", "Connection refused (wms-01.prod.internal:8080)"],
        ["Mail to anna@example.com bounced", "Mail to bob.smith@shop.example.org bounced"],
        [
            "Wave 3fa85f64-5717-4562-b3fc-2c963f66afa6 is closed",
            "Wave {9A1B0C2D-5717-4562-B3FC-2C963F66AFA6} is closed",
            "Wave 3fa85f6457174562b3fc2c963f66afa6 is closed",
            "Wave 0x1f3a is closed",
            "Wave e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 is closed",
            "Wave deadbeefdeadbeefdeadbeef is closed",
            "Wave 900000000000000001 is closed",
            "Wave W-00017 is closed",
            "Wave w_18 is closed",
            "Wave 17 is closed",
            "Wave #17 is closed",
        ],
        ["Order ORD-00017 timed out after 30s", "order ord_4 timed  out\nafter 2.5s"],
        [
            "Gave up after 30 s", "Gave up after 1500ms", "Gave up after 2 minutes", "Gave up after 1m 30s", "Gave up after 1h30m",
            "Gave up after 00:00:30", "Gave up after 1.02:03:04.5670000", "Gave up after PT30S", "Gave up after 1 day", "Gave up after 0.25 seconds",
        ],
        [
            "The body has 12 bytes too many", "The body has 1,024 bytes too many", "The body has 3.5 MiB too many", "The body has 17KB too many",
            "The body has 1.2e6 bytes too many",
        ],
        ["Product 'Blue mug' is unknown", "Product 'Red kettle, large' is unknown", "Product \"Lamp\" is unknown", "Product “Lamp” is unknown", "Product `lamp` is unknown"],
        ["1,024 of 2,048 slots used (50%)", "17 of 20 slots used (85.5 %)"],
        ["SKUs A-1, B-22, C-333 are missing", "SKUs Z-9 are missing", "SKUs A-1 and B-22 are missing"],
        ["Got 200 items, wanted 300 items", "Got 404 items, wanted 503 items"],
        ["The zip code 90210 is not served", "The zip code 10115 is not served"],
        ["HTTP 503 from 10.0.0.7:8080 at 12:00:01", "HTTP 503 from 10.0.0.9:80 at 13:30:59"],
        ["ORA-00060: deadlock while waiting for row 17", "ORA-00060: deadlock while waiting for row 18"],
        ["Aisle 4 is blocked (ticket 503111)", "Aisle 7 is blocked (ticket 404222)"],
        ["Paid 12.50 EUR too little", "Paid 1,250.00 EUR too little"],
        ["Paid $12.50 too little", "Paid €9 too little"],
        ["MAC 00:1B:44:11:3A:B7 is not known", "MAC 00-1b-44-11-3a-b9 is not known"]);

    /// <summary>Each row: texts that tell of different failures, by a code alone.</summary>
    public static TheoryData<string[]> Different => new(
        ["HTTP 404", "HTTP 503", "HTTP 500"],
        ["HTTP404", "HTTP503", "HTTP-404", "http_404"],
        ["TLS alert 40", "TLS alert 42"],
        ["HTTP/1.1 404 at 12:00", "HTTP/1.1 503 at 12:00"],
        ["The warehouse answered 409.", "The warehouse answered 503.", "The warehouse answered 302."],
        ["Response status code does not indicate success: 404 (Gone).", "Response status code does not indicate success: 503 (Gone)."],
        ["The remote server returned an error: (404).", "The remote server returned an error: (503)."],
        ["Request failed with status code 404", "Request failed with status code 503"],
        ["StatusCode: 404", "StatusCode: 503", "StatusCode: 429"],
        ["status=404 host=10.0.0.7", "status=503 host=10.0.0.7"],
        ["Upstream returned 502 for order 17", "Upstream returned 504 for order 17"],
        ["Request failed (404)", "Request failed (503)"],
        ["404", "503"],
        ["503: stock", "404: stock"],
        ["The answer was a 503 from stock", "The answer was a 404 from stock"],
        ["ORA-00060", "ORA-01017"],
        ["ORA-00060: failed", "ORA-01017: failed", "TNS-12541: failed", "PLS-00306: failed"],
        ["SQL error 1205", "SQL error 547", "SQL error 2627"],
        ["Msg 1205, Level 13, State 51", "Msg 547, Level 13, State 51"],
        ["Error Number:1205,State:1,Class:13", "Error Number:2627,State:1,Class:13"],
        ["ERROR 1213 (40001): failed", "ERROR 1062 (40001): failed"],
        ["SQL Error [1205] [40001]", "SQL Error [547] [40001]"],
        ["ERROR: 40P01: failed", "ERROR: 23505: failed"],
        ["SQLSTATE[40001]", "SQLSTATE[23000]"],
        ["SQLCODE=-911", "SQLCODE=-803"],
        ["SQL0911N failed", "SQL0803N failed"],
        ["E11000 failed", "E11001 failed"],
        ["Process ended with exit code 1", "Process ended with exit code 137"],
        ["exited with 1", "exited with 137"],
        ["exit status 1", "exit status 2"],
        ["killed by signal 9", "killed by signal 11"],
        ["returncode=1", "returncode=2"],
        ["[Errno 111] failed", "[Errno 104] failed"],
        ["failed (os error 2)", "failed (os error 13)"],
        ["ECONNREFUSED 10.0.0.7:80", "ETIMEDOUT 10.0.0.7:80", "ECONNRESET 10.0.0.7:80"],
        ["errno 'ECONNREFUSED'", "errno 'ETIMEDOUT'"],
        ["The call gave 'HTTP 404'", "The call gave 'HTTP 503'"],
        ["SocketException (111): failed", "SocketException (10061): failed"],
        ["HRESULT 0x80070005", "HRESULT 0x80004005"],
        ["Failed: 0x80070005", "Failed: 0x80131500"],
        ["error code: WMS-204", "error code: WMS-205"],
        ["code=E42", "code=E43"],
        ["code 'E42'", "code 'E43'"],
        ["AADSTS50011: failed", "AADSTS700016: failed"],
        ["grpc status 14", "grpc status 4"],
        ["SMTP 550", "SMTP 421"],
        ["ERR_1001", "ERR_1002"],
        ["No stock", "No picker"],
        ["""{"problem":"no stock"}""", """{"problem":"no picker"}"""]);

    [Theory]
    [InlineData("Order ORD-00017 timed out after 30s", "order <*> timed out after <*>")]
    [InlineData("HTTP 503 from 10.0.0.7:8080", "http 503 from <*>")]
    [InlineData("Product 'mug' at 2026-08-15T10:15:00Z", "product <*> at <*>")]
    [InlineData("ORA-00060: row 17 of 20", "ora-00060: row <*> of <*>")]
    [InlineData("No  stock\n", "no stock")]
    [InlineData("System.Net.Http.HttpRequestException: the carrier's don't-care list isn't there", "system.net.http.httprequestexception: the carrier's don't-care list isn't there")]
    public void Normalise_leaves_what_orders_share(string message, string expected) =>
        Assert.Equal(expected, Fingerprint.Normalise(message));

    [Theory]
    [MemberData(nameof(Same))]
    public void Times_addresses_ids_sizes_durations_and_quoted_values_do_not_tell_failures_apart(string[] texts) =>
        Assert.Equal([Fingerprint.Normalise(texts[0])], texts.Select(Fingerprint.Normalise).Distinct());

    [Theory]
    [MemberData(nameof(Different))]
    public void Error_codes_and_words_tell_failures_apart(string[] texts) =>
        Assert.Equal(texts.Length, texts.Select(text => Fingerprint.Of(ErrorType.Unknown, "picking_failed", text)).Distinct().Count());

    [Fact]
    public void A_text_that_is_made_to_be_slow_is_normalised_at_once()
    {
        var begun = TimeProvider.System.GetTimestamp();
        foreach (var part in new[] { "1:", "a-", "'", "\"", "0:0", "1.", "error ", "1,", "[", "a1.", "::", "@", "a@b.", "a.", "status=is was ", "1 h ", "aA1" })
        {
            var text = string.Concat(Enumerable.Repeat(part, OrderFailure.MaxReason / part.Length)) + "!";
            Fingerprint.Normalise(text);
            FailureText.Clean(text);
        }

        Assert.InRange(TimeProvider.System.GetElapsedTime(begun), TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void Type_status_and_message_tell_failures_apart()
    {
        string[] prints =
        [
            Fingerprint.Of(ErrorType.Timeout, "pick_timeout", "late"),
            Fingerprint.Of(ErrorType.Network, "pick_timeout", "late"),
            Fingerprint.Of(ErrorType.Timeout, "wave_timeout", "late"),
            Fingerprint.Of(ErrorType.Timeout, "pick_timeout", "lost"),
        ];

        Assert.Equal(4, prints.Distinct().Count());
        Assert.All(prints, print => Assert.Matches("^[0-9a-f]{16}$", print));
    }
}
