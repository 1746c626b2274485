using System.Text;
using Microsoft.AspNetCore.Http;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Embedded.Functions.Management;

/// <summary>Answers of the management API, with the escaping of the platform's own writer.</summary>
internal static class Answer
{
    public static Task JsonAsync(HttpContext http, JToken body, int status = StatusCodes.Status200OK)
    {
        var bytes = Encoding.UTF8.GetBytes(body.ToString(Formatting.None));
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.ContentLength = bytes.Length;
        return http.Response.Body.WriteAsync(bytes, 0, bytes.Length, http.RequestAborted);
    }

    public static Task EmptyAsync(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        http.Response.ContentLength = 0;
        return Task.CompletedTask;
    }

    public static Task ErrorAsync(HttpContext http, int status, string message, Exception? exception = null)
    {
        var body = new JObject { ["Message"] = message };
        if (exception is not null)
        {
            body["ExceptionMessage"] = exception.Message;
            body["ExceptionType"] = exception.GetType().FullName;

            // The member is the platform's; where our code stands is nobody's business but the log's.
            body["StackTrace"] = null;
        }

        return JsonAsync(http, body, status);
    }
}
