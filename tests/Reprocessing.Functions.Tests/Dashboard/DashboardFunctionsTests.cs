using System.Text.RegularExpressions;
using Reprocessing.Functions.Dashboard;

namespace Reprocessing.Functions.Tests.Dashboard;

/// <summary>The dashboard's files as a browser gets them.</summary>
public sealed partial class DashboardFunctionsTests
{
    [Theory]
    [InlineData("/dashboard")]
    [InlineData("/dashboard/")]
    [InlineData("/dashboard/orders/A.1?tab=timeline")]
    [InlineData("/dashboard/%2E%2E/host.json")]
    [InlineData("/dashboard/..%2F..%2Fhost.json")]
    [InlineData("/dashboard/Reprocessing.Functions.dll")]
    public async Task Whatever_is_no_file_is_the_page(string path)
    {
        var response = await GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/html; charset=utf-8", response.Header("Content-Type"));
        Assert.Equal("no-cache", response.Header("Cache-Control"));
        Assert.Contains("<div id=\"app\">", response.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_may_load_and_ask_nothing_but_its_own_host_and_be_framed_by_nobody()
    {
        var response = await GetAsync("/dashboard");

        Assert.Equal(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            response.Header("Content-Security-Policy"));
        Assert.Equal("nosniff", response.Header("X-Content-Type-Options"));
        Assert.Equal("no-referrer", response.Header("Referrer-Policy"));
        Assert.DoesNotMatch("<script>|<style|style=|https?://", response.Text());
    }

    [Fact]
    public async Task The_assets_of_the_page_are_there_under_names_that_never_mean_anything_else()
    {
        var names = AssetPath().Matches((await GetAsync("/dashboard")).Text()).Select(match => match.Value).ToList();

        Assert.Contains(names, name => name.EndsWith(".js", StringComparison.Ordinal));
        Assert.Contains(names, name => name.EndsWith(".css", StringComparison.Ordinal));
        foreach (var name in names.Where(name => name.Contains("/assets/", StringComparison.Ordinal)))
        {
            var response = await GetAsync(name);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("public, max-age=31536000, immutable", response.Header("Cache-Control"));
            Assert.Equal(name.EndsWith(".js", StringComparison.Ordinal) ? "text/javascript; charset=utf-8" : "text/css; charset=utf-8", response.Header("Content-Type"));
            Assert.NotEmpty(response.Text());
        }
    }

    [Fact]
    public async Task An_asset_that_is_gone_is_not_found()
    {
        var response = await GetAsync("/dashboard/assets/app-OLD.js");

        Assert.Equal((HttpStatusCode.NotFound, "not_found"), (response.StatusCode, response.Json().GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_file_that_the_browser_has_is_not_sent_again()
    {
        var tag = (await GetAsync("/dashboard")).Header("ETag");

        var current = await GetAsync("/dashboard", tag);
        var other = await GetAsync("/dashboard", "\"other\"");

        Assert.Equal((HttpStatusCode.NotModified, ""), (current.StatusCode, current.Text()));
        Assert.Equal(tag, current.Header("ETag"));
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public void The_files_are_all_that_the_app_answers_without_a_key_besides_its_health() => Assert.Equal(
        ["api/health", "dashboard/{*path}"],
        AppFunctions.All
            .SelectMany(function => function.GetParameters())
            .Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>())
            .OfType<HttpTriggerAttribute>()
            .Where(trigger => trigger.AuthLevel == AuthorizationLevel.Anonymous)
            .Select(trigger => trigger.Route)
            .Order(StringComparer.Ordinal));

    private static Task<HttpResponseData> GetAsync(string path, string? known = null)
    {
        var request = new FakeRequest("GET", path);
        if (known is not null)
        {
            request.Headers.Add("If-None-Match", known);
        }

        return request.SendAsync(sent => new DashboardFunctions().GetDashboard(sent, default));
    }

    [GeneratedRegex("/dashboard/[^\"]+")]
    private static partial Regex AssetPath();
}
