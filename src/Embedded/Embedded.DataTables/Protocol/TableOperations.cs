using System.Text.Json;
using Azure.Core;
using Azure.Data.Tables.Models;

namespace Embedded.DataTables.Protocol;

/// <summary>Tables as a whole: create, delete, list.</summary>
internal sealed class TableOperations(TableService service)
{
    private const string TableNameHeader = "x-ms-continuation-NextTableName";

    public async Task<Response<TableItem>> CreateAsync(string table, string operation, CancellationToken cancellation)
        => Response.FromValue(new TableItem(table), await SendCreateAsync(table, operation, Expected.Created, cancellation));

    /// <summary>The raw response's status is 409 where the table was there. A table that is being deleted is not 'there'.</summary>
    public async Task<Response<TableItem>> CreateIfNotExistsAsync(string table, string operation, CancellationToken cancellation)
    {
        var response = await SendCreateAsync(table, operation, Expected.CreatedOrConflict, cancellation);
        if (response.Status == 409)
        {
            var error = new RequestFailedException(response, innerException: null, TableErrorParser.Instance);
            if (error.ErrorCode == TableErrorCode.TableBeingDeleted)
            {
                throw error;
            }
        }

        return Response.FromValue(new TableItem(table), response);
    }

    public async Task<Response> DeleteAsync(string table, string operation, CancellationToken cancellation)
    {
        using var message = service.CreateMessage(RequestMethod.Delete, $"/Tables('{table}')", Expected.NoContentOrMissing);
        return await service.SendAsync(message, operation, cancellation);
    }

    public async Task<Page<TableItem>> ListAsync(string query, string? continuation, CancellationToken cancellation)
    {
        var next = continuation is null ? "" : $"&NextTableName={Uri.EscapeDataString(continuation)}";
        using var message = service.CreateMessage(RequestMethod.Get, $"/Tables?{query}{next}", Expected.Ok);
        var response = await service.SendAsync(message, "TableServiceClient.Query", cancellation);
        response.Headers.TryGetValue(TableNameHeader, out var token);
        return Page<TableItem>.FromValues(ReadNames(response), token, response);
    }

    private async Task<Response> SendCreateAsync(string table, string operation, ResponseClassifier expected, CancellationToken cancellation)
    {
        using var message = service.CreateMessage(RequestMethod.Post, "/Tables", expected);
        message.Request.Headers.SetValue(HttpHeader.Names.ContentType, "application/json");
        message.Request.Headers.SetValue("Prefer", "return-no-content");
        var body = new PayloadBuffer();
        using (var writer = body.JsonWriter())
        {
            writer.WriteStartObject();
            writer.WriteString("TableName", table);
            writer.WriteEndObject();
        }

        message.Request.Content = body;
        return await service.SendAsync(message, operation, cancellation);
    }

    private static List<TableItem> ReadNames(Response response)
    {
        using var document = JsonDocument.Parse(response.Content.ToMemory());
        return [.. document.RootElement.GetProperty("value").EnumerateArray().Select(table => new TableItem(table.GetProperty("TableName").GetString()!))];
    }
}
