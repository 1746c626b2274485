using Azure.Core;
using Embedded.DataTables.Entities;

namespace Embedded.DataTables.Protocol;

/// <summary>The rows of one table.</summary>
internal sealed class EntityOperations(TableService service, string table)
{
    private const string PartitionKeyHeader = "x-ms-continuation-NextPartitionKey";
    private const string RowKeyHeader = "x-ms-continuation-NextRowKey";

    private readonly string _path = $"/{table}";

    public async Task<Response> AddAsync(ITableEntity entity, CancellationToken cancellation)
    {
        using var message = service.CreateMessage(RequestMethod.Post, _path, Expected.Created);
        message.Request.Headers.SetValue("Prefer", "return-no-content");
        SetBody(message.Request, entity);
        return await service.SendAsync(message, "TableClient.AddEntity", cancellation);
    }

    /// <param name="condition">The ETag that the stored row must have; null to create the row where there is none.</param>
    public async Task<Response> PutAsync(ITableEntity entity, ETag? condition, TableUpdateMode mode, CancellationToken cancellation)
    {
        var method = mode switch
        {
            TableUpdateMode.Merge => RequestMethod.Patch,
            TableUpdateMode.Replace => RequestMethod.Put,
            _ => throw new ArgumentException($"Unexpected value for {nameof(mode)}: {mode}"),
        };
        using var message = service.CreateMessage(method, EntityAddress.Of(_path, entity.PartitionKey, entity.RowKey), Expected.NoContent);
        if (condition is { } etag)
        {
            message.Request.Headers.SetValue(HttpHeader.Names.IfMatch, etag.ToString());
        }

        SetBody(message.Request, entity);
        return await service.SendAsync(message, condition is null ? "TableClient.UpsertEntity" : "TableClient.UpdateEntity", cancellation);
    }

    /// <summary>A row that is not there answers 404 without an exception, as in the real library.</summary>
    public async Task<Response> DeleteAsync(string partitionKey, string rowKey, ETag condition, CancellationToken cancellation)
    {
        using var message = service.CreateMessage(RequestMethod.Delete, EntityAddress.Of(_path, partitionKey, rowKey), Expected.NoContentOrMissing);
        message.Request.Headers.SetValue(HttpHeader.Names.IfMatch, (condition == default ? ETag.All : condition).ToString());
        return await service.SendAsync(message, "TableClient.DeleteEntity", cancellation);
    }

    /// <summary>The response alone where the row is not there and <paramref name="expected"/> allows it.</summary>
    public async Task<(Response Response, T? Entity)> GetAsync<T>(EntityKey key, IEnumerable<string>? select, ResponseClassifier expected, CancellationToken cancellation)
        where T : class, ITableEntity
    {
        var query = select is null ? "" : $"?$select={Uri.EscapeDataString(string.Join(',', select))}";
        using var message = service.CreateMessage(RequestMethod.Get, EntityAddress.Of(_path, key.PartitionKey, key.RowKey) + query, expected);
        var operation = expected == Expected.Ok ? "TableClient.GetEntity" : "TableClient.GetEntityIfExists";
        var response = await service.SendAsync(message, operation, cancellation);
        return (response, response.Status == 404 ? null : EntityReader.ReadOne<T>(response));
    }

    public async Task<Page<T>> QueryAsync<T>(string query, string? continuation, CancellationToken cancellation)
        where T : class, ITableEntity
    {
        using var message = service.CreateMessage(RequestMethod.Get, $"{_path}()?{query}{ContinuationToken.ToQuery(continuation)}", Expected.Ok);
        var response = await service.SendAsync(message, "TableClient.Query", cancellation);
        response.Headers.TryGetValue(PartitionKeyHeader, out var nextPartition);
        response.Headers.TryGetValue(RowKeyHeader, out var nextRow);
        return Page<T>.FromValues(EntityReader.ReadMany<T>(response), ContinuationToken.Create(nextPartition, nextRow), response);
    }

    private static void SetBody(Request request, ITableEntity entity)
    {
        var body = new PayloadBuffer();
        using (var writer = body.JsonWriter())
        {
            EntityBinder.For(entity).Write(writer, entity);
        }

        request.Headers.SetValue(HttpHeader.Names.ContentType, "application/json");
        request.Content = body;
    }
}

internal readonly record struct EntityKey(string PartitionKey, string RowKey);
