using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Reprocessing.Cli.Terminal;

namespace Reprocessing.Cli.Http;

/// <summary>What is sent and answered, for <c>--verbose</c>: never a header, and of addresses no key.</summary>
internal sealed partial class RequestLog(bool isOn, Messages messages)
{
    private const int MostBody = 2_000;

    public void Sending(HttpRequestMessage message, JsonNode? body)
    {
        if (!isOn)
        {
            return;
        }

        messages.Say($"> {message.Method} {WithoutKey(message.RequestUri!)}");
        if (body?.ToJsonString() is { } text)
        {
            messages.Say($"> {(text.Length > MostBody ? text[..MostBody] + "..." : text)}");
        }
    }

    public void Answered(HttpResponseMessage response, TimeSpan took)
    {
        if (isOn)
        {
            messages.Say(string.Create(CultureInfo.InvariantCulture, $"< {(int)response.StatusCode} after {took.TotalMilliseconds:0} ms"));
        }
    }

    public void Again(ApiRequest request, string why, TimeSpan pause)
    {
        if (isOn)
        {
            messages.Say($"! {request.Method} {request.Path.Split('?')[0]}: {why}; again in {Durations.Show(pause.TotalSeconds)}");
        }
    }

    /// <summary>An address of the management API has its key in the query.</summary>
    private static string WithoutKey(Uri address) => Key().Replace(address.AbsoluteUri, "$1***");

    [GeneratedRegex("([?&]code=)[^&]*", RegexOptions.IgnoreCase)]
    private static partial Regex Key();
}
