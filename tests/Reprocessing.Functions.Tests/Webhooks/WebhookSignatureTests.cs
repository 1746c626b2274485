namespace Reprocessing.Functions.Tests.Webhooks;

public sealed class WebhookSignatureTests
{
    private const string OtherSecret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    [Fact]
    public void The_conventions_public_example_is_signed_as_its_libraries_sign_it()
    {
        var secrets = WebhookSecret.Parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", out var fault);

        var signature = WebhookSignature.Of("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", """{"test": 2432232314}"""u8, secrets);

        Assert.Null(fault);
        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", signature);
    }

    [Fact]
    public void Each_of_several_secrets_gives_its_own_signature()
    {
        var secrets = WebhookSecret.Parse($"{OtherSecret}, {Receiver.Secret}", out _);

        var signatures = WebhookSignature.Of("id", "1", Encoding.UTF8.GetBytes("{}"), secrets).Split(' ');

        Assert.Equal([Receiver.Sign(OtherSecret, "id", "1", "{}"), Receiver.Sign(Receiver.Secret, "id", "1", "{}")], signatures);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_")]
    [InlineData("whsec_not base64!")]
    [InlineData("whsec_c2hvcnQ=")]
    [InlineData("whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw,whsec_c2hvcnQ=")]
    public void What_is_no_secret_of_the_convention_is_refused_without_being_repeated(string text)
    {
        var secrets = WebhookSecret.Parse(text, out var fault);

        Assert.Empty(secrets);
        Assert.NotNull(fault);
        Assert.DoesNotContain("c2hvcnQ", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_does_not_tell_itself() =>
        Assert.Equal("whsec_(hidden)", Assert.Single(WebhookSecret.Parse(Receiver.Secret, out _)).ToString());
}
