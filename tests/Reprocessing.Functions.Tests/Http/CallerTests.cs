using Reprocessing.Functions.Tests.Jobs.Requests;

namespace Reprocessing.Functions.Tests.Http;

/// <summary>Who a request is recorded as. Only the platform's sign-in verifies a name.</summary>
public sealed class CallerTests
{
    private static readonly (string Name, string Value)[] SignIn = [("WEBSITE_AUTH_ENABLED", "True")];

    private readonly JobsApp _app = new();

    [Fact]
    public async Task Who_is_signed_in_is_recorded()
    {
        (_app.Settings, _app.Principal) = (SignIn, "carol@example.com");

        Assert.Equal(HttpStatusCode.Accepted, (await _app.CreateAsync(Without(Bodies.Real))).StatusCode);

        Assert.Equal("carol@example.com", Assert.Single(_app.Store.Plans).Value.RequestedBy);
        Assert.Equal("carol@example.com", Assert.Single(_app.Store.Jobs).Value.RequestedBy);
        Assert.All(_app.Store.Audit, told => Assert.Equal("carol@example.com", told.Actor));
    }

    [Fact]
    public async Task Nobody_who_is_signed_in_acts_as_somebody_else()
    {
        (_app.Settings, _app.Principal) = (SignIn, "carol@example.com");

        var answer = await _app.CreateAsync(Bodies.Real);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("#/requestedBy", Assert.Single(answer.Json().GetProperty("errors").EnumerateArray()).GetProperty("pointer").GetString());
        Assert.Equal(0, _app.Process.Writes);
    }

    [Fact]
    public async Task Who_is_signed_in_may_be_named_in_the_body_too()
    {
        (_app.Settings, _app.Principal) = (SignIn, "Ann");

        Assert.Equal(HttpStatusCode.Accepted, (await _app.CreateAsync(Bodies.Real)).StatusCode);

        Assert.Equal("Ann", Assert.Single(_app.Store.Jobs).Value.RequestedBy);
    }

    [Theory]
    [InlineData("False")]
    [InlineData("")]
    public async Task Without_the_platforms_sign_in_its_header_is_anybodys_to_write_and_counts_for_nothing(string enabled)
    {
        (_app.Settings, _app.Principal) = ([("WEBSITE_AUTH_ENABLED", enabled)], "carol@example.com");

        var nameless = await _app.CreateAsync(Without(Bodies.Real));
        Assert.Equal(HttpStatusCode.BadRequest, nameless.StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await _app.CreateAsync(Bodies.Real)).StatusCode);

        Assert.Equal("ann (claimed)", Assert.Single(_app.Store.Jobs).Value.RequestedBy);
        Assert.All(_app.Store.Audit, told => Assert.Equal("ann (claimed)", told.Actor));
    }

    [Fact]
    public async Task A_name_that_is_claimed_never_reads_as_a_verified_one()
    {
        var jobId = await _app.StartedAsync();

        await _app.PauseAsync(jobId, """{"requestedBy":"carol@example.com","reason":"too hot"}""");

        Assert.Equal("carol@example.com (claimed)", _app.Store.Audit[^1].Actor);
        Assert.Equal("Paused by carol@example.com (claimed): too hot", _app.Store.Jobs[jobId].StateReason);
    }

    [Theory]
    [InlineData("carol\u001b[2J")]
    [InlineData("carol\u202egro.elpmaxe")]
    [InlineData("carol\r\n2026-03-01 ann")]
    public async Task A_name_has_no_control_characters(string name)
    {
        var answer = await _app.CreateAsync(Bodies.Real.Replace("\"ann\"", JsonSerializer.Serialize(name), StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("#/requestedBy", answer.Json().GetProperty("errors")[0].GetProperty("pointer").GetString());
        Assert.Equal(0, _app.Process.Writes);
    }

    [Fact]
    public async Task A_signed_in_name_keeps_to_the_rules_of_names()
    {
        (_app.Settings, _app.Principal) = (SignIn, new string('x', 201));

        Assert.Equal("#/requestedBy", (await _app.CreateAsync(Without(Bodies.Real))).Json().GetProperty("errors")[0].GetProperty("pointer").GetString());
    }

    [Fact]
    public async Task A_key_belongs_to_its_caller()
    {
        var anns = await _app.PlanAsync(Bodies.Plan, "k-1");
        var bobs = await _app.PlanAsync(Bodies.Plan.Replace("ann", "bob", StringComparison.Ordinal), "k-1");
        (_app.Settings, _app.Principal) = (SignIn, "ann");
        var verified = await _app.PlanAsync(Bodies.Plan, "k-1");
        _app.Principal = "carol@example.com";
        var carols = await _app.PlanAsync(Without(Bodies.Plan), "k-1");
        _app.Principal = "dan@example.com";
        var dans = await _app.PlanAsync(Without(Bodies.Plan), "k-1");
        var again = await _app.PlanAsync(Without(Bodies.Plan), "k-1");

        HttpResponseData[] all = [anns, bobs, verified, carols, dans];
        Assert.All(all, answer => Assert.Equal(HttpStatusCode.Created, answer.StatusCode));
        Assert.Equal(5, all.Select(PlanOf).Distinct().Count());
        Assert.Equal(PlanOf(dans), PlanOf(again));
        Assert.Equal(
            ["ann (claimed)", "bob (claimed)", "ann", "carol@example.com", "dan@example.com"],
            all.Select(answer => answer.Json().GetProperty("requestedBy").GetString()));
    }

    [Fact]
    public async Task A_job_belongs_to_the_caller_whose_key_made_it()
    {
        var anns = await _app.CreateAsync(Bodies.Real, "k-1");
        var bobs = await _app.CreateAsync(Bodies.Real.Replace("\"ann\"", "\"bob\"", StringComparison.Ordinal), "k-1");

        Assert.NotEqual(anns.Json().GetProperty("jobId").GetString(), bobs.Json().GetProperty("jobId").GetString());
        Assert.Equal(["ann (claimed)", "bob (claimed)"], _app.Store.Jobs.Values.Select(job => job.RequestedBy).Order());
    }

    private static string? PlanOf(HttpResponseData answer) => answer.Json().GetProperty("planId").GetString();

    private static string Without(string body) => body.Replace(",\"requestedBy\":\"ann\"", string.Empty, StringComparison.Ordinal);
}
