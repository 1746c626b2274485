using Azure.Core;

namespace Embedded.DataTables.Protocol;

/// <summary>Entity-group transactions: all of the actions are stored, or none.</summary>
internal sealed class TransactionOperations(TableService service, string table)
{
    private const string Operation = "TableClient.SubmitTransaction";

    public async Task<Response<IReadOnlyList<Response>>> SubmitAsync(IReadOnlyList<TableTransactionAction> actions, CancellationToken cancellation)
    {
        if (actions.Count == 0)
        {
            throw new InvalidOperationException("Transaction contains no actions.");
        }

        // A boundary must not occur in a row's text.
        var boundary = Guid.NewGuid().ToString("N");
        using var message = service.CreateMessage(RequestMethod.Post, "/$batch", Expected.Accepted);
        message.Request.Headers.SetValue(HttpHeader.Names.ContentType, $"multipart/mixed; boundary=batch_{boundary}");
        message.Request.Content = TransactionBody.Write($"{service.EndpointText}/{table}", boundary, actions);
        return await service.SendAsync(message, Operation, ReadAnswer, cancellation);
    }

    private static Response<IReadOnlyList<Response>> ReadAnswer(Response answer)
    {
        if (answer.IsError)
        {
            throw Failure(answer);
        }

        var responses = TransactionAnswer.Read(answer.Content.ToMemory());
        return responses.Find(response => response.IsError) is { } failed
            ? throw Failure(failed)
            : Response.FromValue<IReadOnlyList<Response>>(responses, answer);
    }

    private static TableTransactionFailedException Failure(Response response)
        => new(new RequestFailedException(response, innerException: null, TableErrorParser.Instance));
}
