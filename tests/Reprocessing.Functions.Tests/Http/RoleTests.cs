using Reprocessing.Functions.OpenApi;
using Reprocessing.Functions.Tests.Jobs.Requests;

namespace Reprocessing.Functions.Tests.Http;

/// <summary>What each role may do, operation by operation; and what nobody may while the app is read-only.</summary>
public sealed class RoleTests
{
    private static readonly string[] Open = ["GetHealth", "GetMe", "GetOpenApi", "GetProblem"];
    private static readonly string[] Queries = ["QueryDeadLetters", "QueryDeadLetterExport", "QueryOrders", "QueryWorkflows"];

    private static readonly Dictionary<string, Role[]> Grants = new()
    {
        [""] = [],
        ["viewer"] = [Role.Viewer],
        ["operator"] = [Role.Viewer, Role.Operator],
        ["approver"] = [Role.Viewer, Role.Approver],
        ["admin"] = [Role.Viewer, Role.Operator, Role.Approver, Role.Admin],
    };

    public static TheoryData<string> Held => [.. Grants.Keys];

    [Fact]
    public void Every_operation_needs_a_role_or_is_one_of_those_that_need_none_and_the_document_tells_it() => Assert.All(ApiOperation.All, operation =>
    {
        Assert.Equal(Needed(operation), operation.Role);
        var described = OpenApiDocument.Current["paths"]![$"/{operation.Route}"]![operation.Method]!;
        Assert.Equal(operation.Role == Role.None ? null : operation.Role.ToString().ToLowerInvariant(), described["x-role"]?.GetValue<string>());
        Assert.Equal(operation.Role != Role.None, described["responses"]!["403"] is not null);
        Assert.Equal(operation.Changes, operation.ProblemCodes.Contains("read_only"));
    });

    [Theory]
    [MemberData(nameof(Held))]
    public void Who_is_signed_in_does_what_the_role_grants_and_nothing_else(string held) => Assert.All(ApiOperation.All, operation =>
    {
        var problem = Refusal(operation, request => request.SignIn("carol@example.com", held), FakeRequest.SignInIsOn);

        if (operation.Role == Role.None || Grants[held].Contains(operation.Role))
        {
            Assert.Null(problem);
            return;
        }

        Assert.Equal((HttpStatusCode.Forbidden, "forbidden_role"), (problem!.Status, problem.Code));
        Assert.Contains($"'{operation.Role.ToString().ToLowerInvariant()}'", problem.Detail, StringComparison.Ordinal);
        Assert.EndsWith($"has {(held.Length == 0 ? "none" : held)}.", problem.Detail, StringComparison.Ordinal);
    });

    /// <summary>The key is all that there is to check; only an approval needs to know who it is.</summary>
    [Fact]
    public void Who_calls_by_key_alone_may_do_all_but_approve()
    {
        Assert.All(ApiOperation.All, operation => Assert.Equal(
            operation.Role == Role.Approver ? "identity_not_verified" : null, Refusal(operation, _ => { }, FakeRequest.SignInIsOn)?.Code));
        Assert.All(ApiOperation.All, operation => Assert.Equal(
            operation.Role == Role.Approver ? "identity_not_verified" : null, Refusal(operation, request => request.SignIn("carol@example.com", "approver"))?.Code));
    }

    [Theory]
    [InlineData("%%%")]
    [InlineData("bm90IGpzb24=")]
    [InlineData("eyJjbGFpbXMiOlt7InR5cCI6InJvbGVzIiwidmFsIjoiZW1wZXJvciJ9XX0=")]
    [InlineData("eyJjbGFpbXMiOlt7InR5cCI6Im5hbWUiLCJ2YWwiOiJhZG1pbiJ9XX0=")]
    public void Claims_that_cannot_be_read_or_name_no_role_grant_nothing(string claims)
    {
        var problem = Refusal(ApiOperation.Find("GetJob")!, request =>
        {
            request.Headers.Add(Caller.PrincipalHeader, "carol@example.com");
            request.Headers.Add(Caller.ClaimsHeader, claims);
        }, FakeRequest.SignInIsOn);

        Assert.Equal("forbidden_role", problem?.Code);
    }

    [Fact]
    public void While_the_app_is_read_only_requests_read_and_query_and_change_nothing()
    {
        Assert.All(ApiOperation.All, operation => Assert.Equal(
            Needed(operation) > Role.Viewer ? "read_only" : null,
            Refusal(operation, request => request.SignIn("carol@example.com", "admin"), FakeRequest.SignInIsOn, ("ApiReadOnly", "true"))?.Code));
    }

    [Theory]
    [InlineData("operator", HttpStatusCode.Forbidden)]
    [InlineData("admin", HttpStatusCode.Accepted)]
    public async Task A_purge_is_planned_by_operators_and_applied_by_admins(string role, HttpStatusCode status)
    {
        var app = new JobsApp { Settings = [FakeRequest.SignInIsOn], Principal = "carol@example.com", Role = role };
        var body = """{"operation":"purge","selection":{"all":true},"options":{"confirm":"purge"}}""";
        var planId = (await app.PlanAsync(body)).Json().GetProperty("planId").GetString();

        var answer = await app.CreateAsync($$"""{"planId":"{{planId}}","reason":"tidy up"}""");

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(status == HttpStatusCode.Accepted ? 1 : 0, app.Store.Jobs.Count);
    }

    [Theory]
    [InlineData(true, """{"name":"carol@example.com","verified":true,"roles":["operator","approver"],"readOnly":false}""")]
    [InlineData(false, """{"verified":false,"roles":[],"readOnly":false}""")]
    public async Task Callers_are_told_who_they_are(bool isOn, string expected)
    {
        var request = new FakeRequest("GET", "/api/me", "", isOn ? [FakeRequest.SignInIsOn] : []);
        request.SignIn("carol@example.com", "approver", "operator");

        Assert.Equal(expected, (await new CallerFunctions(Options.Create(new ApiOptions())).GetMe(request, default)).Text());
    }

    private static Role Needed(ApiOperation operation) =>
        Open.Contains(operation.Id) ? Role.None
        : operation.Method == "get" || Queries.Contains(operation.Id) ? Role.Viewer
        : operation.Id == "ApprovePlan" ? Role.Approver
        : Role.Operator;

    private static Problem? Refusal(ApiOperation operation, Action<FakeRequest> prepare, params (string Name, string Value)[] settings)
    {
        var path = operation.Route.Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal);
        var request = new FakeRequest(operation.Method.ToUpperInvariant(), $"/{path}", "", settings);
        Mock.Get(request.FunctionContext).SetupGet(context => context.FunctionDefinition).Returns(Mock.Of<FunctionDefinition>(function => function.Name == operation.Id));
        prepare(request);
        try
        {
            ProblemMiddleware.Check(request);
            return null;
        }
        catch (ProblemException e)
        {
            return e.Problem;
        }
    }
}
