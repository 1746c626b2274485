namespace Reprocessing.Cli.Http;

/// <summary>Paths of the API. Ids and values go into them escaped, whatever is in them.</summary>
internal static class ApiPath
{
    public static string Of(string collection, string id, string? rest = null) =>
        $"/api/{collection}/{Uri.EscapeDataString(id)}{(rest is null ? string.Empty : $"/{rest}")}";

    /// <summary>Leaves out what is null.</summary>
    public static string With(string path, params (string Name, string? Value)[] query)
    {
        var said = query.Where(pair => pair.Value is not null).Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value!)}").ToList();
        return said.Count == 0 ? path : $"{path}?{string.Join('&', said)}";
    }
}
