using System.Net.Http.Json;

namespace Reprocessing.Functions.Fulfillment.Warehouse;

/// <summary>Posts each stage. Any success status means done; every other becomes an error type, and what its body says becomes the failure's reason.</summary>
internal sealed class HttpWarehouse(OutgoingHttp http, IOptions<WarehouseOptions> options) : IWarehouse
{
    private const string Who = "The warehouse";

    public async Task<WarehouseReply> PerformAsync(WarehouseRequest request, CancellationToken cancellationToken)
    {
        var baseUrl = options.Value.BaseUrl?.AbsoluteUri.TrimEnd('/') ?? throw new InvalidOperationException("There is no warehouse address.");
        var stage = EnumNames.Of(request.Stage);
        if (OutgoingAddressAttribute.Fill($"{baseUrl}/orders/{{orderId}}/stages/{stage}", ("orderId", request.OrderId)) is not { } address)
        {
            return new(ErrorType.Validation, $"{Who} cannot be asked: the order's id cannot be part of an address.");
        }

        // By its trace id the warehouse's own logs are found.
        using var call = Telemetry.StartCall(HttpMethod.Post, address);
        using var message = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = JsonContent.Create(new { request.WorkflowId, request.Attempt, request.Order }, options: AppJson.Responses),
        };
        message.Headers.TryAddWithoutValidation("Idempotency-Key", $"\"{Uri.EscapeDataString(request.IdempotencyKey)}\"");
        var reply = await http.SendAsync(Who, message, options.Value.Timeout, maxBytes: 0, cancellationToken);
        call.SetTag("http.response.status_code", (int?)reply.Status);
        if (reply.IsSuccess)
        {
            return WarehouseReply.Done;
        }

        call.Fail(reply.Status is { } status ? ((int)status).ToString(CultureInfo.InvariantCulture) : reply.Fault?.GetType().FullName ?? "refused");
        var (type, isTransient) = reply.Status switch
        {
            null when reply.IsAddressRefused => (ErrorType.Validation, false),
            null => (reply.Fault is TimeLimitException ? ErrorType.Timeout : ErrorType.Network, true),
            HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity => (ErrorType.Validation, false),
            HttpStatusCode.Conflict => (ErrorType.Conflict, false),
            HttpStatusCode.RequestTimeout or HttpStatusCode.GatewayTimeout => (ErrorType.Timeout, true),
            HttpStatusCode.TooManyRequests => (ErrorType.RateLimit, true),
            HttpStatusCode.ServiceUnavailable or HttpStatusCode.InsufficientStorage => (ErrorType.ResourceExhausted, true),
            >= HttpStatusCode.InternalServerError => (ErrorType.CommandFailure, true),
            _ => (ErrorType.CommandFailure, false),
        };
        return new(type, reply.Said.Reason ?? reply.Reason, isTransient)
        {
            ExceptionType = reply.Said.ExceptionType ?? reply.Fault?.GetType().FullName,
            TraceId = reply.Said.TraceId ?? call.TraceId.ToString(),
        };
    }
}
