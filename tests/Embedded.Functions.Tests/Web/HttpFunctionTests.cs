using System.Net;
using Embedded.Functions.Tests.Running;
using Embedded.Functions.Tests.Samples;
using Microsoft.Extensions.DependencyInjection;

namespace Embedded.Functions.Tests.Web;

[Collection(nameof(AzuriteCollection))]
public sealed class HttpFunctionTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private const string Id = "0f8fad5bd9cb469fa16570867728950e";

    private TestApp _app = null!;

    public async Task InitializeAsync() => _app = await TestApp.StartAsync(
        azurite, [typeof(WebFunctions)], configure: builder => builder.Services.AddScoped<Visit>());

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Theory]
    [InlineData("/api/typed/" + Id + "/3", "GET " + Id + " 3 none none True")]
    [InlineData("/api/typed/0F8FAD5B-D9CB-469F-A165-70867728950E/-3/word?flag=true", "GET " + Id + " -3 word True True")]
    [InlineData("/API/Typed/" + Id + "/3/", "GET " + Id + " 3 none none True")]
    [InlineData("/api/pages", "GET 7")]
    [InlineData("/api/pages?page=9", "GET 9")]
    public async Task Route_and_query_fill_the_parameters_of_their_names(string path, string expected) =>
        Assert.Equal(expected, await _app.Client.GetStringAsync(path));

    [Theory]
    [InlineData("GET", "/api/typed/nope/3")]
    [InlineData("GET", "/api/typed/" + Id + "/three")]
    [InlineData("GET", "/api/typed/" + Id + "/3/w0rd")]
    [InlineData("GET", "/api/typed")]
    [InlineData("GET", "/typed/" + Id + "/3")]
    [InlineData("POST", "/api/typed/" + Id + "/3")]
    [InlineData("HEAD", "/api/pages")]
    [InlineData("OPTIONS", "/api/pages")]
    public async Task What_no_route_matches_is_404_and_empty(string method, string path)
    {
        using var answer = await _app.SendAsync(HttpMethod.Parse(method), path);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(0, answer.Content.Headers.ContentLength);
    }

    [Theory]
    [InlineData("/api/needs")]
    [InlineData("/api/needs?amount=much")]
    public async Task A_parameter_that_cannot_be_filled_is_500_and_tells_nothing(string path)
    {
        using var answer = await _app.Client.GetAsync(path);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task An_exception_is_500_without_a_word_of_it()
    {
        using var answer = await _app.Client.GetAsync("/api/throws");

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_streamed_body_that_breaks_off_does_not_pass_for_a_whole_one()
    {
        var thrown = await Assert.ThrowsAsync<HttpRequestException>(() => _app.Client.GetByteArrayAsync("/api/breaks"));

        Assert.Null(thrown.StatusCode);
    }

    [Fact]
    public async Task FromBody_reads_the_body_and_leaves_it_to_be_read_again()
    {
        using var answer = await _app.SendAsync(HttpMethod.Post, "/api/body", """{"title":"t","COUNT":2}""");

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal("application/json; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        var body = await answer.Content.ReadAsStringAsync();
        Assert.Equal("""{"Title":"t","Twice":4,"Again":{"Title":"t","Count":2}}""", body);
        Assert.Equal(body.Length, answer.Content.Headers.ContentLength);
    }

    [Theory]
    [InlineData("{bad")]
    [InlineData("[]")]
    public async Task FromBody_of_no_such_value_is_500_as_on_the_platform(string body)
    {
        using var answer = await _app.SendAsync(HttpMethod.Post, "/api/body", body);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
    }

    [Fact]
    public async Task Headers_query_cookies_and_text_come_and_go()
    {
        var request = new HttpRequestMessage(HttpMethod.Put, "/api/echo?q=a%20b")
        {
            Content = new StringContent("grüß"),
            Headers = { { "X-Asked", ["one", "two"] }, { "Cookie", "old=1" } },
        };
        using var answer = await _app.Client.SendAsync(request);

        Assert.Equal("grüß", await answer.Content.ReadAsStringAsync());
        Assert.Equal(6, answer.Content.Headers.ContentLength);
        Assert.Equal("a b", answer.Headers.GetValues("X-Query").Single());
        Assert.Equal("one, two", string.Join(", ", answer.Headers.GetValues("X-Seen")));
        Assert.Equal(["taste=sweet; max-age=60; path=/; samesite=strict; httponly", "old=1"], answer.Headers.GetValues("Set-Cookie"));
    }

    [Theory]
    [InlineData("DELETE", "/api/nothing", HttpStatusCode.NoContent, null, "")]
    [InlineData("GET", "/api/value", HttpStatusCode.OK, "application/json; charset=utf-8", """{"Title":"GET","Count":1}""")]
    [InlineData("GET", "/api/pages", HttpStatusCode.OK, "text/plain; charset=utf-8", "GET 7")]
    public async Task What_is_returned_becomes_the_answer(string method, string path, HttpStatusCode status, string? contentType, string body)
    {
        using var answer = await _app.SendAsync(HttpMethod.Parse(method), path);

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(contentType, answer.Content.Headers.ContentType?.ToString());
        Assert.Equal(body, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task An_invocation_has_its_own_scope_which_ends_with_it()
    {
        var visits = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            visits.Add(await _app.Client.GetStringAsync("/api/visits"));
        }

        Assert.All(visits, visit => Assert.Matches("^GET True .* True$", visit));
        Assert.Equal(3, visits.Distinct().Count());
        await Eventually.HoldsAsync(() => Visit.Open == 0, "all scopes have ended");
    }

    [Fact]
    public async Task The_root_says_that_the_host_runs()
    {
        using var answer = await _app.Client.GetAsync("/");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("up and running", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_local_development_no_function_asks_for_a_key()
    {
        Assert.Equal("GET", await _app.Client.GetStringAsync("/api/guarded"));
        Assert.Equal("GET", await _app.Client.GetStringAsync("/api/master"));
    }
}
