namespace Reprocessing.Functions.Dashboard;

/// <summary>Serves the dashboard's files from the assembly. They hold no data and need no key: the page asks the API, with the key of whoever looks at it.</summary>
internal sealed class DashboardFunctions
{
    /// <summary>Nothing but the dashboard's own files and the API that it was served with; what the API sends can so never be run as a script.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const string Folder = "/dashboard";
    private const string Index = "index.html";
    private const string Assets = "assets/";

    private static readonly Dictionary<string, DashboardFile> Files = DashboardFile.ReadAll();

    [Function(nameof(GetDashboard))]
    public async Task<HttpResponseData> GetDashboard(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "dashboard/{*path}")] HttpRequestData request, CancellationToken cancellationToken)
    {
        var path = request.Url.AbsolutePath.StartsWith(Folder, StringComparison.OrdinalIgnoreCase) ? request.Url.AbsolutePath[Folder.Length..].Trim('/') : string.Empty;

        // Whatever is no file is a page of the dashboard, which its script shows; an asset that an older page names is gone.
        if (!Files.TryGetValue(path, out var file) && (path.StartsWith(Assets, StringComparison.Ordinal) || !Files.TryGetValue(Index, out file)))
        {
            throw new ProblemException(Problems.NotFound("file", path));
        }

        var isCurrent = request.Headers.TryGetValues("If-None-Match", out var tags) && string.Join(',', tags).Contains(file.Tag, StringComparison.Ordinal);
        var response = request.CreateResponse(isCurrent ? HttpStatusCode.NotModified : HttpStatusCode.OK);
        response.Headers.Add(EntityTags.Header, file.Tag);
        response.Headers.Add("Cache-Control", path.StartsWith(Assets, StringComparison.Ordinal) ? "public, max-age=31536000, immutable" : "no-cache");
        response.Headers.Add("Content-Security-Policy", ContentSecurityPolicy);
        response.Headers.Add("X-Content-Type-Options", "nosniff");
        response.Headers.Add("Referrer-Policy", "no-referrer");
        response.Headers.Add("Cross-Origin-Opener-Policy", "same-origin");
        response.Headers.Add("Cross-Origin-Resource-Policy", "same-origin");
        if (!isCurrent)
        {
            response.Headers.Add("Content-Type", file.ContentType);
            await response.WriteBytesAsync(file.Content, cancellationToken);
        }

        return response;
    }
}

internal sealed record DashboardFile(byte[] Content, string ContentType, string Tag)
{
    private const string Prefix = "dashboard/";

    public static Dictionary<string, DashboardFile> ReadAll() => typeof(DashboardFile).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .ToDictionary(name => name[Prefix.Length..], Read, StringComparer.Ordinal);

    private static DashboardFile Read(string name)
    {
        using var stream = typeof(DashboardFile).Assembly.GetManifestResourceStream(name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return new(content, TypeOf(name), $"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 12))}\"");
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new InvalidOperationException($"The dashboard's file {name} has no media type for '{other}'."),
    };
}
