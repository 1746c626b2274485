using Embedded.Functions.Durable;
using Embedded.Functions.Web;
using Microsoft.AspNetCore.Http;
using Newtonsoft.Json.Linq;

namespace Embedded.Functions.Management;

/// <summary>The links of an instance as the host itself writes them; the worker's differ in names and query.</summary>
internal static class HostPayload
{
    private const string ConnectionName = "Storage";

    public static JObject Of(HttpRequest request, string instanceId, string hubName, string? requiredQuery)
    {
        var address = ForwardedAddress.Of(RequestUrl.Of(request), name => request.Headers[name].ToString());
        var instance = $"{address}{ManagementLinks.BasePath}/instances/{ManagementLinks.Escape(instanceId)}";
        var query = $"taskHub={hubName}&connection={ConnectionName}" + (requiredQuery is null ? string.Empty : "&" + requiredQuery);
        return new JObject
        {
            ["id"] = instanceId,
            ["statusQueryGetUri"] = $"{instance}?{query}",
            ["sendEventPostUri"] = $"{instance}/raiseEvent/{{eventName}}?{query}",
            ["terminatePostUri"] = $"{instance}/terminate?reason={{text}}&{query}",
            ["purgeHistoryDeleteUri"] = $"{instance}?{query}",
            ["restartPostUri"] = $"{instance}/restart?{query}",
            ["suspendPostUri"] = $"{instance}/suspend?reason={{text}}&{query}",
            ["resumePostUri"] = $"{instance}/resume?reason={{text}}&{query}",
        };
    }

    /// <summary>202 with the links; the status is looked at again after ten seconds.</summary>
    public static Task AnswerAsync(HttpContext http, JObject payload)
    {
        http.Response.Headers.Location = payload.Value<string>("statusQueryGetUri");
        http.Response.Headers.RetryAfter = "10";
        return Answer.JsonAsync(http, payload, StatusCodes.Status202Accepted);
    }
}
