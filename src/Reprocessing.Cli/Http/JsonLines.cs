using System.Runtime.CompilerServices;
using System.Text.Json;
using Reprocessing.Cli.Terminal;

namespace Reprocessing.Cli.Http;

/// <summary>Files of JSON lines, read as they come: what nobody takes is never sent.</summary>
internal static class JsonLines
{
    public static async IAsyncEnumerable<JsonElement> ReadLinesAsync(
        this ApiClient api, string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await api.OpenAsync(ApiRequest.Get(path) with { IsLong = true }, cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var reader = new StreamReader(body);
        while (await NextAsync(reader, cancellationToken) is { } line)
        {
            if (line.Length > 0)
            {
                yield return Parse(line);
            }
        }
    }

    private static async Task<string?> NextAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadLineAsync(cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or HttpIOException)
        {
            throw new CommandException(ExitCode.Unreachable, "The list broke off: what was shown is not all of it.", e.Message);
        }
    }

    private static JsonElement Parse(string line)
    {
        try
        {
            return JsonElement.Parse(line);
        }
        catch (JsonException e)
        {
            throw new CommandException(ExitCode.Error, "The app sent a line that is no JSON.", e.Message);
        }
    }
}
