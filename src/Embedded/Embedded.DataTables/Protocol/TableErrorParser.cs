using System.Text.Json;
using System.Text.RegularExpressions;
using Azure.Core;

namespace Embedded.DataTables.Protocol;

/// <summary>Reads {"odata.error":{"code":"...","message":{"value":"N:..."}}}; N is the failed action's place in a transaction.</summary>
internal sealed partial class TableErrorParser : RequestFailedDetailsParser
{
    public static TableErrorParser Instance { get; } = new();

    public override bool TryParse(Response response, out ResponseError? error, out IDictionary<string, string>? data)
    {
        (error, data) = (null, null);
        var (code, message) = Read(response);
        if (code is null && !response.Headers.TryGetValue("x-ms-error-code", out code))
        {
            return false;
        }

        error = new ResponseError(code, message);
        if (message is not null && ActionIndex().Match(message) is { Success: true } match)
        {
            data = new Dictionary<string, string> { [TableTransactionFailedException.FailedIndexKey] = match.Groups[1].Value };
        }

        return true;
    }

    private static (string? Code, string? Message) Read(Response response)
    {
        // An error may come from a proxy, as HTML or as nothing at all.
        if (response.ContentStream is not { CanSeek: true, Length: > 0 })
        {
            return default;
        }

        try
        {
            using var document = JsonDocument.Parse(response.Content.ToMemory());
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("odata.error", out var error))
            {
                return default;
            }

            var message = error.TryGetProperty("message", out var localized) && localized.TryGetProperty("value", out var value) ? value.GetString() : null;
            return (error.TryGetProperty("code", out var code) ? code.GetString() : null, message);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return default;
        }
    }

    [GeneratedRegex(@"^\s*(\d+):")]
    private static partial Regex ActionIndex();
}
