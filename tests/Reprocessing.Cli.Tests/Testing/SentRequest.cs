namespace Reprocessing.Cli.Tests.Testing;

/// <summary>A request as it left.</summary>
/// <param name="Path">With its query.</param>
internal sealed record SentRequest(string Method, string Path, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json => JsonElement.Parse(Body);

    public override string ToString() => $"{Method} {Path}";
}
