namespace Reprocessing.Functions.Tests.Http;

public sealed class OutgoingHttpTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly StepClock _clock = new();

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_a_refusal_that_says_so(int status)
    {
        var asked = new List<Uri>();
        var reply = await SendAsync("https://other.test/", request =>
        {
            asked.Add(request.RequestUri!);
            return new((HttpStatusCode)status) { Headers = { Location = new("http://169.254.169.254/latest") }, Content = new StringContent("go there") };
        });

        Assert.False(reply.IsSuccess);
        Assert.Equal($"The other side answered {status}, a redirect, which is not followed.", reply.Reason);
        Assert.Equal(FailureDetails.None, reply.Said);
        Assert.Single(asked);
    }

    [Fact]
    public void The_real_client_follows_no_redirect_and_keeps_no_cookie()
    {
        using var handler = OutgoingHttp.CreateHandler();

        Assert.False(handler.AllowAutoRedirect);
        Assert.False(handler.UseCookies);
    }

    [Theory]
    [InlineData("http://other.test/")]
    [InlineData("http://10.0.0.7/")]
    [InlineData("ftp://127.0.0.1/")]
    [InlineData("https://user:word@other.test/")]
    [InlineData("/relative")]
    public async Task An_address_that_breaks_the_rule_is_not_called(string address)
    {
        var reply = await SendAsync(address, _ => throw new InvalidOperationException("It was called."));

        Assert.True(reply.IsAddressRefused);
        Assert.DoesNotContain("word@", reply.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_success_is_read_up_to_its_bound()
    {
        var whole = await SendAsync("https://other.test/", _ => Body(HttpStatusCode.OK, new('x', 100)));
        var tooLong = await SendAsync("https://other.test/", _ => Body(HttpStatusCode.OK, new('x', 101)));

        Assert.Equal(100, whole.Body.Length);
        Assert.Equal((false, "The other side answered more than 100 bytes."), (tooLong.IsSuccess, tooLong.Reason));
        Assert.True(tooLong.Body.IsEmpty);
    }

    [Fact]
    public async Task Of_a_refusal_only_the_beginning_is_read()
    {
        var endless = new EndlessStream();

        var reply = await SendAsync("https://other.test/", _ => new(HttpStatusCode.Conflict) { Content = new StreamContent(endless) });

        Assert.Equal(OrderFailure.MaxReason, reply.Said.Reason!.Length);
        Assert.InRange(endless.Taken, 1, OutgoingHttp.MaxRefusalBytes + 1);
    }

    [Fact]
    public async Task A_body_that_does_not_come_ends_within_the_limit()
    {
        var reply = await _clock.RunAsync(() => SendAsync("https://other.test/", _ => new(HttpStatusCode.OK) { Content = new StreamContent(new HangingStream()) }));

        Assert.Equal($"The other side did not answer within {Limit}.", reply.Reason);
        Assert.IsType<TimeLimitException>(reply.Fault);
    }

    [Fact]
    public async Task A_connection_that_breaks_off_is_told_without_the_hosts_name()
    {
        var reply = await SendAsync("https://other.test/", _ => throw new HttpRequestException(HttpRequestError.ConnectionError, "other.test:443 refused"));

        Assert.Equal("The other side could not be reached: ConnectionError.", reply.Reason);
    }

    [Theory]
    [InlineData("https://crm.test/customers/{customerId}", "C-1", "https://crm.test/customers/C-1")]
    [InlineData("https://crm.test/customers/{customerId}", "a/../b?c#d", "https://crm.test/customers/a%2F..%2Fb%3Fc%23d")]
    [InlineData("https://crm.test/customers/{customerId}/tier", "..", null)]
    [InlineData("https://crm.test/customers/{customerId}/tier", ".", null)]
    [InlineData("https://crm.test{customerId}/tier", ".evil.test", null)]
    [InlineData("https://crm.test:44{customerId}/", "3", null)]
    public void A_value_fills_its_own_place_and_no_other(string template, string value, string? expected) =>
        Assert.Equal(expected, OutgoingAddressAttribute.Fill(template, ("customerId", value))?.AbsoluteUri);

    [Fact]
    public void Every_address_among_the_settings_keeps_to_the_rule()
    {
        var settings = typeof(OutgoingHttp).Assembly.GetTypes()
            .Where(type => type.GetField("Prefix", BindingFlags.Public | BindingFlags.Static) is not null)
            .SelectMany(type => type.GetProperties())
            .Where(property => property.PropertyType == typeof(Uri) || property.Name.EndsWith("Url", StringComparison.Ordinal))
            // Written into answers and never called.
            .Where(property => property.DeclaringType != typeof(ApiOptions))
            .ToList();

        Assert.NotEmpty(settings);
        Assert.All(settings, property => Assert.True(property.IsDefined(typeof(OutgoingAddressAttribute)), $"{property.DeclaringType}.{property.Name}"));
    }

    private static HttpResponseMessage Body(HttpStatusCode status, string text) => new(status) { Content = new StringContent(text) };

    private async Task<OutgoingReply> SendAsync(string address, Func<HttpRequestMessage, HttpResponseMessage> answer)
    {
        var factory = new Mock<IHttpClientFactory>();
        factory.Setup(clients => clients.CreateClient(It.IsAny<string>())).Returns(() => new HttpClient(new Handler(answer)) { Timeout = Timeout.InfiniteTimeSpan });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, UriKind.RelativeOrAbsolute));
        return await new OutgoingHttp(factory.Object, _clock).SendAsync("The other side", request, Limit, maxBytes: 100, default);
    }

    private sealed class Handler(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(answer(request));
    }

    private abstract class OneWayStream : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush() => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    private sealed class EndlessStream : OneWayStream
    {
        public int Taken { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            buffer.Span.Fill((byte)'x');
            Taken += buffer.Length;
            return ValueTask.FromResult(buffer.Length);
        }
    }

    private sealed class HangingStream : OneWayStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var silence = new TaskCompletionSource<int>();
            using var givesUp = cancellationToken.UnsafeRegister(_ => silence.TrySetCanceled(cancellationToken), null);
            return await silence.Task;
        }
    }
}
