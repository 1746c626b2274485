using Microsoft.AspNetCore.Http;

namespace Embedded.Functions.Management;

internal static class BodyText
{
    public static async Task<string> ReadAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        return await reader.ReadToEndAsync(http.RequestAborted);
    }
}
