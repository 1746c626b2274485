namespace Reprocessing.Domain.Tests.Failures;

public sealed class FingerprintTests
{
    [Theory]
    [InlineData("Order ORD-00017 timed out after 30s", "order <id> timed out after <n>")]
    [InlineData("Order ord_4 timed  out\nafter 2.5s", "order <id> timed out after <n>")]
    [InlineData("sku 42 at 2026-08-15T10:15:00Z is gone", "sku <n> at <time> is gone")]
    [InlineData("wave 3fa85f64-5717-4562-b3fc-2c963f66afa6 failed", "wave <guid> failed")]
    [InlineData("took 00:00:31.5 of 00:00:30", "took <time> of <time>")]
    [InlineData("HTTP 503 from 10.0.0.7:8080", "http <n> from <n>:<n>")]
    [InlineData("1,024 of 2,048 slots used (50%)", "<n> of <n> slots used (<n>)")]
    [InlineData("No stock", "no stock")]
    public void Normalise_leaves_what_orders_share(string message, string expected) =>
        Assert.Equal(expected, Fingerprint.Normalise(message));

    [Fact]
    public void Same_kind_of_failure_has_the_same_fingerprint() =>
        Assert.Equal(
            Fingerprint.Of(ErrorType.Timeout, "pick_timeout", "Order A-1 waited 30 s for picker 7"),
            Fingerprint.Of(ErrorType.Timeout, "pick_timeout", "order B-22 waited 45 s for picker 12"));

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
