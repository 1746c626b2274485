using System.Linq.Expressions;
using Embedded.DataTables.Filters;
using Embedded.DataTables.Protocol;

namespace Azure.Data.Tables;

public partial class TableClient
{
    public virtual Task<Response> AddEntityAsync<T>(T entity, CancellationToken cancellationToken = default)
        where T : ITableEntity
    {
        ThrowIfKeyless(entity);
        return Entities.AddAsync(entity, cancellationToken);
    }

    public virtual async Task<Response<T>> GetEntityAsync<T>(
        string partitionKey, string rowKey, IEnumerable<string>? select = default, CancellationToken cancellationToken = default)
        where T : class, ITableEntity
    {
        var (response, entity) = await Entities.GetAsync<T>(Key(partitionKey, rowKey), select, Expected.Ok, cancellationToken);
        return Response.FromValue(entity!, response);
    }

    /// <summary>Without a value where there is no such row, or no such table.</summary>
    public virtual async Task<NullableResponse<T>> GetEntityIfExistsAsync<T>(
        string partitionKey, string rowKey, IEnumerable<string>? select = default, CancellationToken cancellationToken = default)
        where T : class, ITableEntity
    {
        var (response, entity) = await Entities.GetAsync<T>(Key(partitionKey, rowKey), select, Expected.OkOrMissing, cancellationToken);
        return entity is null ? new MissingResponse<T>(response) : Response.FromValue(entity, response);
    }

    /// <param name="ifMatch">The ETag that the stored row must have; <see cref="ETag.All"/> for any.</param>
    public virtual Task<Response> UpdateEntityAsync<T>(
        T entity, ETag ifMatch, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default)
        where T : ITableEntity
    {
        ThrowIfKeyless(entity);
        return ifMatch == default
            ? throw new ArgumentException("Value cannot be empty: give the entity's ETag, or ETag.All.", nameof(ifMatch))
            : Entities.PutAsync(entity, ifMatch, mode, cancellationToken);
    }

    public virtual Task<Response> UpsertEntityAsync<T>(
        T entity, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default)
        where T : ITableEntity
    {
        ThrowIfKeyless(entity);
        return Entities.PutAsync(entity, condition: null, mode, cancellationToken);
    }

    /// <summary>The response's status is 404 where there was no such row; nothing is thrown then.</summary>
    public virtual Task<Response> DeleteEntityAsync(ITableEntity entity, ETag ifMatch = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entity);
        return DeleteEntityAsync(entity.PartitionKey, entity.RowKey, ifMatch, cancellationToken);
    }

    /// <summary>The response's status is 404 where there was no such row; nothing is thrown then.</summary>
    public virtual Task<Response> DeleteEntityAsync(
        string partitionKey, string rowKey, ETag ifMatch = default, CancellationToken cancellationToken = default)
    {
        var key = Key(partitionKey, rowKey);
        return Entities.DeleteAsync(key.PartitionKey, key.RowKey, ifMatch, cancellationToken);
    }

    /// <param name="maxPerPage">At most 1,000, and 1,000 where not given.</param>
    public virtual AsyncPageable<T> QueryAsync<T>(
        Expression<Func<T, bool>> filter, int? maxPerPage = default, IEnumerable<string>? select = default, CancellationToken cancellationToken = default)
        where T : class, ITableEntity
        => QueryAsync<T>(FilterTranslator.Translate(filter), maxPerPage, select, cancellationToken);

    /// <param name="maxPerPage">At most 1,000, and 1,000 where not given.</param>
    public virtual AsyncPageable<T> QueryAsync<T>(
        string? filter = default, int? maxPerPage = default, IEnumerable<string>? select = default, CancellationToken cancellationToken = default)
        where T : class, ITableEntity
    {
        var entities = Entities;
        var columns = select?.ToArray();
        return new TablePageable<T>(
            (pageSize, continuation, cancellation) => entities.QueryAsync<T>(QueryText.Create(filter, pageSize, columns), continuation, cancellation),
            maxPerPage,
            cancellationToken);
    }

    private static EntityKey Key(string partitionKey, string rowKey)
    {
        ArgumentNullException.ThrowIfNull(partitionKey);
        ArgumentNullException.ThrowIfNull(rowKey);
        return new(partitionKey, rowKey);
    }

    private static void ThrowIfKeyless<T>(T entity)
        where T : ITableEntity
    {
        ArgumentNullException.ThrowIfNull(entity);
        ArgumentNullException.ThrowIfNull(entity.PartitionKey);
        ArgumentNullException.ThrowIfNull(entity.RowKey);
    }
}
