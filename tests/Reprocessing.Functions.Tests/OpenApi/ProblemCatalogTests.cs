using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Reprocessing.Domain.Names;
using Reprocessing.Functions.OpenApi;

namespace Reprocessing.Functions.Tests.OpenApi;

public sealed partial class ProblemCatalogTests
{
    [Fact]
    public void Every_code_in_the_sources_is_described_and_every_described_code_is_in_the_sources()
    {
        var codes = Directory.EnumerateFiles(SourceFolder(), "*.cs", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) != $"{nameof(ProblemCatalog)}.cs")
            .SelectMany(path => Made().Matches(File.ReadAllText(path)))
            .Select(match => match.Groups["code"].Value)
            .Concat(EnumNames.All<Refusal>());

        Assert.Equal(codes.Distinct().Order(StringComparer.Ordinal), ProblemCatalog.All.Select(problem => problem.Code).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_described_status_is_the_one_that_is_answered() => Assert.All(Examples(), problem =>
    {
        Assert.True(ProblemCatalog.TryGet(problem.Code, out var kind), problem.Code);
        Assert.Equal((int)problem.Status, kind.Status);
    });

    [Fact]
    public void Every_described_code_is_documented_at_an_operation()
    {
        var documented = ApiOperation.All.SelectMany(operation => operation.ProblemCodes).ToHashSet();

        Assert.Empty(ProblemCatalog.All.Select(problem => problem.Code).Except(documented));
    }

    [Fact]
    public async Task A_problems_type_leads_to_what_it_means()
    {
        var request = new FakeRequest("GET", "/api/orders/1");
        var type = (await request.ProblemAsync(Problems.NotFound("order", "1"), default)).Json().GetProperty("type").GetString()!;

        var found = await new DocumentFunctions().GetProblem(new FakeRequest("GET", type), type.Split('/')[^1], default);
        var unknown = await new FakeRequest("GET", "/api/problems/odd").SendAsync(odd => new DocumentFunctions().GetProblem(odd, "odd", default));

        Assert.Equal("/api/problems/not_found", type);
        Assert.Equal(HttpStatusCode.OK, found.StatusCode);
        Assert.Equal("not_found", found.Json().GetProperty("code").GetString());
        Assert.NotEmpty(found.Json().GetProperty("remedy").GetString()!);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task The_document_is_served_as_JSON()
    {
        var answer = await new DocumentFunctions().GetOpenApi(new FakeRequest("GET", "/api/openapi.json"), default);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.StartsWith("application/json", answer.Header("Content-Type"), StringComparison.Ordinal);
        Assert.Equal("3.1.0", answer.Json().GetProperty("openapi").GetString());
    }

    /// <summary>Each problem once, made with whatever its maker asks for.</summary>
    private static IEnumerable<Problem> Examples() =>
        from maker in typeof(Problems).GetMethods(BindingFlags.Public | BindingFlags.Static)
        where maker.ReturnType == typeof(Problem) && maker.Name != nameof(Problems.Conflict)
        select (Problem)maker.Invoke(null, [.. maker.GetParameters().Select(parameter => Example(parameter.ParameterType))])!;

    private static object? Example(Type type) =>
        type == typeof(string) ? "x"
        : typeof(IEnumerable<ProblemError>).IsAssignableFrom(type) ? new List<ProblemError> { new("x", "#") }
        : type.IsValueType ? Activator.CreateInstance(type)
        : null;

    private static string SourceFolder([CallerFilePath] string path = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "../../../src/Reprocessing.Functions"));

    [GeneratedRegex("""\b(Conflict|Invalid|OfPlan|OfJob|new|new Problem)\(\s*((HttpStatusCode\.\w+|plan|(job\.J|j)obId),\s*)?"(?<code>[a-z]+(_[a-z]+)+|ended|leased)",""")]
    private static partial Regex Made();
}
