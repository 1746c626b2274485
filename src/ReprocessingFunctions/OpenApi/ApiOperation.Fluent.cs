namespace ReprocessingFunctions.OpenApi;

/// <summary>Operations that are listed apart from their functions.</summary>
internal sealed partial record ApiOperation
{
    public static ApiOperation Get(string function, string route, string summary) => Make("get", function, route, summary);

    public static ApiOperation Post(string function, string route, string summary) => Make("post", function, route, summary);

    public static IReadOnlyList<ApiOperation> Under(string tag, params IReadOnlyList<ApiOperation> operations) =>
        [.. operations.Select(operation => operation with { Endpoint = new(tag, operation.Endpoint.Summary) { Description = operation.Endpoint.Description } })];

    public ApiOperation Saying(string description) =>
        this with { Endpoint = new(Endpoint.Tag, Endpoint.Summary) { Description = description } };

    public ApiOperation Takes<T>(T? example = null, bool optional = false)
        where T : class => (this with { Body = new(typeof(T), example, !optional, []) }).Refuses("invalid_body", "body_too_large");

    public ApiOperation Answers200<T>()
        where T : class => Answering<T>(200, "Done.");

    public ApiOperation Answering<T>(int status, string description, T? example = null, params IReadOnlyList<string> headers)
        where T : class => this with { Answers = [.. Answers, new(status, description, typeof(T), "application/json", example, headers)] };

    public ApiOperation AnswersPage<T>() => (this with { Parameters = [.. Parameters, .. PageParameters] })
        .Answering<PageAnswer<T>>(200, "A page. No nextPageToken means that it is the last.").Refuses("invalid_parameter");

    public ApiOperation With(params IReadOnlyList<ApiParameter> parameters) => this with { Parameters = [.. Parameters, .. parameters] };

    public ApiOperation Refuses(params IReadOnlyList<string> codes) => this with { ProblemCodes = [.. ProblemCodes.Union(codes)] };

    private static ApiOperation Make(string method, string function, string route, string summary) => new(method, route, function, new("", summary))
    {
        Parameters = [.. PathParameters(route)],
        ProblemCodes = ["storage_unavailable", "internal_error"],
    };
}
