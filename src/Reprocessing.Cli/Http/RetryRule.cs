using System.Net;

namespace Reprocessing.Cli.Http;

internal static class RetryRule
{
    public const int Tries = 4;

    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);

    /// <summary>Longer waits are reported to the user instead.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    public static bool IsTransient(HttpStatusCode status) => status
        is HttpStatusCode.RequestTimeout
        or HttpStatusCode.TooManyRequests
        or HttpStatusCode.BadGateway
        or HttpStatusCode.ServiceUnavailable
        or HttpStatusCode.GatewayTimeout;

    /// <summary>
    /// An internal error is retried too where that is safe, though it may come again. A request that was never sent can always be repeated.
    /// </summary>
    public static bool Allows(ApiRequest request, HttpStatusCode status) =>
        request.IsRepeatable && (IsTransient(status) || status == HttpStatusCode.InternalServerError);

    /// <summary>After a long silence only what may have been done meanwhile is asked for once more, so that a command ends.</summary>
    public static bool Allows(ApiRequest request, Exception fault, int tried) =>
        fault is TimeoutException ? tried == 1 && request.IdempotencyKey is not null && !request.IsLong : request.IsRepeatable || NeverLeft(fault);

    public static bool NeverLeft(Exception fault) => fault is HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError,
    };

    /// <param name="tried">From 1.</param>
    public static TimeSpan Pause(int tried, HttpResponseMessage? response, DateTimeOffset now)
    {
        var asked = response?.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - now,
            _ => First * Math.Pow(2, tried - 1),
        };
        return asked < TimeSpan.Zero ? TimeSpan.Zero : asked > Longest ? Longest : asked;
    }
}
