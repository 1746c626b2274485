using System.Net;

namespace Reprocessing.LocalHost.Tests;

public sealed class HttpTriggerTests(QuickStartHost fixture) : IClassFixture<QuickStartHost>
{
    private readonly HostProcess _host = fixture.Host;

    [Theory]
    [InlineData("api/hello/Ada", HttpStatusCode.OK, "Hello, Ada!")]
    [InlineData("api/hello", HttpStatusCode.OK, "Hello, World!")]
    [InlineData("API/HELLO/Ada", HttpStatusCode.OK, "Hello, Ada!")]
    [InlineData("api/hello/12", HttpStatusCode.NotFound, "")]
    [InlineData("api/hello/abcdefghijk", HttpStatusCode.NotFound, "")]
    [InlineData("api/nothing", HttpStatusCode.NotFound, "")]
    [InlineData("hello/Ada", HttpStatusCode.NotFound, "")]
    public async Task Routes_have_constraints_and_optional_parts(string path, HttpStatusCode status, string body)
    {
        using var response = await _host.Client.GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(body, await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_method_that_the_function_does_not_have_is_not_found()
    {
        using var response = await _host.Client.DeleteAsync(new Uri("api/hello", UriKind.Relative));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Method_query_headers_body_and_cookies_go_both_ways()
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "api/echo/7?q=a%20b") { Content = new StringContent("Grüße") };
        request.Headers.Add("x-send", ["one", "two"]);
        request.Headers.Add("Cookie", "visit=1");

        using var response = await _host.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(["7", "PUT", "a b"], new[] { "x-id", "x-method", "x-query" }.Select(n => response.Headers.GetValues(n).Single()));
        Assert.Equal("one, two", string.Join(", ", response.Headers.GetValues("x-sent")).Replace("|", ", ", StringComparison.Ordinal));
        Assert.Equal("visit=11; path=/; httponly", response.Headers.GetValues("Set-Cookie").Single());
        Assert.Equal("Grüße", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 0)]
    [InlineData(false, 20_000_000)]
    [InlineData(true, 20_000_000)]
    public async Task A_body_arrives_whole_whether_its_length_is_told_or_not(bool chunked, int length)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/echo/1") { Content = new ByteArrayContent(new byte[length]) };
        request.Headers.TransferEncodingChunked = chunked;

        using var response = await _host.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal($"{length}", response.Headers.GetValues("x-length").Single());
    }

    [Fact]
    public async Task A_body_above_100_MiB_is_refused_before_it_is_sent()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/echo/1") { Content = new StreamContent(Stream.Null) };
        request.Content.Headers.ContentLength = (100L * 1024 * 1024) + 1;
        request.Headers.ExpectContinue = true;

        using var response = await _host.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task A_failed_function_answers_500_and_the_console_says_why()
    {
        using var response = await _host.Client.GetAsync(new Uri("api/fail", UriKind.Relative));

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Contains("No use, GET.", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await _host.UntilAsync(() => _host.HasWritten("Function Fail failed") && _host.HasWritten("No use, GET."), "the failure on the console");
    }

    [Fact]
    public async Task Host_and_worker_run_with_the_settings_of_the_file()
    {
        var settings = (await _host.GetAsync("api/settings")).Split('\n');

        Assert.Equal(
            ["AZURE_FUNCTIONS_ENVIRONMENT=Development", $"WEBSITE_HOSTNAME=localhost:{_host.Port}", "Greeting=Hello", "ConnectionStrings:Sql=Server=none", "CONTAINER_NAME="],
            settings);
    }

    [Fact]
    public async Task The_start_lists_each_function_with_its_address()
    {
        await _host.UntilAsync(() => _host.HasWritten("Host started"), "the list");

        Assert.Contains($"    Hello: [GET,POST] http://localhost:{_host.Port}/api/hello/{{name:alpha:maxlength(10)?}}", _host.Output);
        Assert.Contains("    Chain: orchestrationTrigger", _host.Output);
        Assert.Contains("    Tick: timerTrigger 0 0 0 1 1 *", _host.Output);
        Assert.Contains("    Counter: entityTrigger", _host.Output);
    }
}
