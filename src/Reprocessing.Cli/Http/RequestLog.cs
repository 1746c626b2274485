using System.Globalization;
using System.Text.Json.Nodes;
using Reprocessing.Cli.Terminal;

namespace Reprocessing.Cli.Http;

/// <summary>What is sent and answered, for <c>--verbose</c>: never a header, and of addresses no key.</summary>
internal sealed class RequestLog(bool isOn, Messages messages)
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

    private static string WithoutKey(Uri address) => string.Join(
        '&', address.AbsoluteUri.Split('&').Select(part => part.Contains("code=", StringComparison.OrdinalIgnoreCase) ? part[..(part.IndexOf("code=", StringComparison.OrdinalIgnoreCase) + 5)] + "***" : part));
}
