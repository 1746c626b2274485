using System.Text;

namespace Reprocessing.Domain.Tests.Failures;

public sealed class FailureDetailsTests
{
    [Theory]
    [InlineData("""{"type":"https://wms.test/out-of-stock","title":"Out of stock","status":409,"detail":"Shelf A is empty.","traceId":"00-abc-1"}""", "Shelf A is empty.", "https://wms.test/out-of-stock", "00-abc-1")]
    [InlineData("""{"type":"about:blank","title":"Out of stock"}""", "Out of stock", null, null)]
    [InlineData("""{"reason":"Shelf A is empty.","exceptionType":"Wms.ShelfEmptyException","requestId":"r-1"}""", "Shelf A is empty.", "Wms.ShelfEmptyException", "r-1")]
    [InlineData("""{"Error":"Shelf A is empty."}""", "Shelf A is empty.", null, null)]
    [InlineData("""{"message":"Shelf A is empty.","error":"Conflict","statusCode":409}""", "Shelf A is empty.", null, null)]
    [InlineData("""{"error":{"code":"Empty","message":"Shelf A is empty."}}""", "Shelf A is empty.", null, null)]
    [InlineData("""{"title":"One or more validation errors occurred.","detail":" ","errors":{"sku":["The SKU is unknown."]}}""", "One or more validation errors occurred.", null, null)]
    [InlineData("""{"errors":{"sku":["The SKU is unknown."]}}""", "sku: The SKU is unknown.", null, null)]
    [InlineData("""{"errors":[{"message":"Shelf A is empty."}]}""", "Shelf A is empty.", null, null)]
    [InlineData("""{"message":"Late","exception":"System.TimeoutException: Late\n   at Wms.Pick()"}""", "Late", "System.TimeoutException", null)]
    [InlineData("\"Shelf A is empty.\"", "Shelf A is empty.", null, null)]
    [InlineData("  Shelf A is empty.\n", "Shelf A is empty.", null, null)]
    [InlineData("<html><head><title>502 Bad Gateway</title></head></html>", "502 Bad Gateway", null, null)]
    [InlineData("""{"reason":"one","REASON":"two"}""", """{"reason":"one","REASON":"two"}""", null, null)]
    [InlineData("""{"status":409}""", null, null, null)]
    [InlineData("", null, null, null)]
    [InlineData("409", null, null, null)]
    public void The_reason_is_what_the_body_says(string body, string? reason, string? exceptionType, string? traceId) =>
        Assert.Equal(new FailureDetails(reason, exceptionType, traceId), FailureDetails.Read(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void A_body_that_is_no_text_or_far_too_long_gives_a_bounded_reason()
    {
        Assert.Equal("\uFFFD\uFFFD", FailureDetails.Read([0xFF, 0xFE]).Reason);
        Assert.Equal(OrderFailure.MaxReason, FailureDetails.Read(Encoding.UTF8.GetBytes(new string('x', 16_000))).Reason!.Length);
        Assert.Equal(OrderFailure.MaxReason, FailureDetails.Read(Encoding.UTF8.GetBytes($$"""{"reason":"{{new string('x', 16_000)}}"}""")).Reason!.Length);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("token")]
    [InlineData("a.b-")]
    [InlineData("Aa1+/")]
    [InlineData("://")]
    [InlineData("bearer ")]
    [InlineData("4111 ")]
    public void A_text_that_is_made_to_be_slow_is_cleaned_at_once(string part)
    {
        var text = string.Concat(Enumerable.Repeat(part, 4_000 / part.Length));
        FailureText.Clean(text);
        var began = TimeProvider.System.GetTimestamp();

        for (var again = 0; again < 10; again++)
        {
            FailureText.Clean(text);
        }

        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Theory]
    [InlineData("Authorization: Bearer abc.def-123 was refused", "Authorization: [redacted] was refused")]
    [InlineData("Bearer eyJhbGciOi was refused", "Bearer [redacted] was refused")]
    [InlineData("GET https://wms.test/x?code=s3cr3t==&page=2 gave 500", "GET https://wms.test/x?code=[redacted]&page=2 gave 500")]
    [InlineData("blob https://x.test/c?sv=1&sig=ab%2Bcd&se=2 is gone", "blob https://x.test/c?sv=1&sig=[redacted]&se=2 is gone")]
    [InlineData("AccountName=x;AccountKey=abc/def+1==;Suffix=y", "AccountName=x;AccountKey=[redacted];Suffix=y")]
    [InlineData("login failed: Password=hunter2;User=sa", "login failed: Password=[redacted];User=sa")]
    [InlineData("""sent {"apiKey":"abc","x":1}""", """sent {"apiKey":"[redacted]","x":1}""")]
    [InlineData("x-api-key: abc123", "x-api-key: [redacted]")]
    [InlineData("x-functions-key: abc123", "x-functions-key: [redacted]")]
    [InlineData("db postgres://sa:pw@db.test/orders", "db postgres://[redacted]db.test/orders")]
    [InlineData("anna.smith@example.com is blocked", "[redacted] is blocked")]
    [InlineData("card 4111 1111 1111 1111 was declined", "card [redacted] was declined")]
    [InlineData("card 4111-1111-1111-1111 was declined", "card [redacted] was declined")]
    [InlineData("card 4111111111111111 was declined", "card [redacted] was declined")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw is old", "[redacted] is old")]
    [InlineData("sk_live_4eC39HqLyjWDarjtT1zdp7dc is old", "[redacted] is old")]
    public void Secrets_and_what_identifies_people_are_left_out(string text, string expected) => Assert.Equal(expected, FailureText.Clean(text));

    [Theory]
    [InlineData("Order ORD-17 of customer C-9 has no stock in aisle 4 (HTTP 409).")]
    [InlineData("Duplicate entry 'A-1' for key 'PRIMARY'")]
    [InlineData("Workflow order-fulfillment-Some-Long-Order-Id-00000000017-g2-retry-13 is gone")]
    [InlineData("Trace 4bf92f3577b34da6a3ce929d0e0e4736 at 2026-03-03T12:00:00Z")]
    [InlineData("Ticket 4111111111111112")]
    [InlineData("Unexpected token < in JSON")]
    [InlineData("first line\n\tsecond line")]
    public void Diagnosis_stays(string text) => Assert.Equal(text, FailureText.Clean(text));

    [Fact]
    public void Control_characters_become_spaces() => Assert.Equal("a b c", FailureText.Clean("a\u0000b\u001Bc\u202E"));

    [Fact]
    public void A_failure_keeps_what_its_diagnosis_needs_without_secrets()
    {
        var report = new FailureReport("A", "picking_failed", "w-1", DateTimeOffset.UnixEpoch, "Token: abc was refused", ErrorType.Conflict)
        {
            ExceptionType = new string('X', 500),
            Stage = Stage.Pick,
            TraceId = "4bf92f3577b34da6a3ce929d0e0e4736",
        };

        var failure = OrderFailure.From(report);

        Assert.Equal("Token: [redacted] was refused", failure.Reason);
        Assert.Equal((OrderFailure.MaxName, Stage.Pick, report.TraceId), (failure.ExceptionType!.Length, failure.Stage, failure.TraceId));
    }
}
