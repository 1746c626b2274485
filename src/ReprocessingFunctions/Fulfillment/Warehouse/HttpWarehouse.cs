using System.Net.Http.Json;

namespace ReprocessingFunctions.Fulfillment.Warehouse;

/// <summary>
/// Posts each stage to <c>{base}/orders/{orderId}/stages/{stage}</c> with an <c>Idempotency-Key</c>. Any success status means done;
/// every other one becomes an error type. The body of a refusal is not kept: it may say more of a customer than a log should.
/// </summary>
internal sealed class HttpWarehouse(
    IHttpClientFactory clients, IOptions<WarehouseOptions> options, TimeProvider time) : IWarehouse
{
    public const string ClientName = "warehouse";

    private readonly WarehouseOptions _options = options.Value;

    public async Task<WarehouseReply> PerformAsync(WarehouseRequest request, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var http = clients.CreateClient(ClientName);
            using var message = CreateMessage(request);
            using var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return response.IsSuccessStatusCode ? WarehouseReply.Done : ReplyOf(response.StatusCode);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return WarehouseReply.Transient(ErrorType.Timeout, $"The warehouse did not answer within {_options.Timeout}.");
        }
        catch (HttpRequestException e)
        {
            return WarehouseReply.Transient(ErrorType.Network, $"The warehouse could not be reached: {e.HttpRequestError}.");
        }
    }

    private HttpRequestMessage CreateMessage(WarehouseRequest request)
    {
        var baseUrl = _options.BaseUrl?.AbsoluteUri.TrimEnd('/') ?? throw new InvalidOperationException("There is no warehouse address.");
        var address = $"{baseUrl}/orders/{Uri.EscapeDataString(request.OrderId)}/stages/{EnumNames.Of(request.Stage)}";
        var message = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = JsonContent.Create(
                new { request.WorkflowId, request.Attempt, request.Order }, options: AppJson.Responses),
        };
        message.Headers.TryAddWithoutValidation("Idempotency-Key", $"\"{Uri.EscapeDataString(request.IdempotencyKey)}\"");
        return message;
    }

    private static WarehouseReply ReplyOf(HttpStatusCode status)
    {
        var reason = $"The warehouse answered {(int)status}.";
        return status switch
        {
            HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity => WarehouseReply.Refused(ErrorType.Validation, reason),
            HttpStatusCode.Conflict => WarehouseReply.Refused(ErrorType.Conflict, reason),
            HttpStatusCode.RequestTimeout or HttpStatusCode.GatewayTimeout => WarehouseReply.Transient(ErrorType.Timeout, reason),
            HttpStatusCode.TooManyRequests => WarehouseReply.Transient(ErrorType.RateLimit, reason),
            HttpStatusCode.ServiceUnavailable or HttpStatusCode.InsufficientStorage =>
                WarehouseReply.Transient(ErrorType.ResourceExhausted, reason),
            >= HttpStatusCode.InternalServerError => WarehouseReply.Transient(ErrorType.CommandFailure, reason),
            _ => WarehouseReply.Refused(ErrorType.CommandFailure, reason),
        };
    }
}
