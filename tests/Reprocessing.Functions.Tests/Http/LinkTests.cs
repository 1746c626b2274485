using Reprocessing.Functions.Tests.Jobs.Requests;

namespace Reprocessing.Functions.Tests.Http;

/// <summary>What answers say of addresses: the app's own, without a key, and never where the caller's Host header points.</summary>
public sealed class LinkTests
{
    private readonly JobsApp _app = new();

    [Fact]
    public async Task Links_are_paths_unless_a_public_address_is_set()
    {
        var answer = await _app.CreateAsync(Bodies.Real);

        var path = $"/api/jobs/{answer.Json().GetProperty("jobId").GetString()}";
        Assert.Equal((path, path), (answer.Header("Location"), answer.Header("Operation-Location")));
        Assert.Equal(path, answer.Json().GetProperty("links").GetProperty("self").GetString());
    }

    [Theory]
    [InlineData("https://orders.example.com")]
    [InlineData("https://example.com/orders/")]
    public async Task Links_are_at_the_public_address_of_the_settings(string address)
    {
        _app.Settings = [("ApiPublicUrl", address)];

        var answer = await _app.CreateAsync(Bodies.Real);

        Assert.Equal($"{address.TrimEnd('/')}/api/jobs/{answer.Json().GetProperty("jobId").GetString()}", answer.Header("Location"));
    }

    [Fact]
    public async Task The_answer_to_a_job_carries_no_address_of_the_management_API()
    {
        var answer = await _app.CreateAsync(Bodies.Real);

        Assert.DoesNotContain("runtime/webhooks", answer.Text(), StringComparison.Ordinal);
        Assert.DoesNotContain("code=", answer.Text(), StringComparison.Ordinal);
        Assert.DoesNotContain("app.test", answer.Text(), StringComparison.Ordinal);
    }

    /// <summary>Of all responses that are declared; the platform's payload has the system key in it.</summary>
    [Fact]
    public void Only_the_start_of_a_run_answers_with_the_platforms_payload()
    {
        var keys = typeof(HttpManagementPayload).GetProperties().Where(property => property.Name.EndsWith("Uri", StringComparison.Ordinal)).Select(property => property.Name).ToList();

        var carriers = typeof(Caller).Assembly.GetTypes()
            .Where(type => type.GetProperties().Any(property => keys.Contains(property.Name) || property.PropertyType == typeof(HttpManagementPayload)));

        Assert.Empty(carriers);
    }
}
