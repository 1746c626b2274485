using System.Linq.Expressions;
using Azure.Core;
using Azure.Data.Tables.Models;
using Embedded.DataTables.Accounts;
using Embedded.DataTables.Filters;
using Embedded.DataTables.Protocol;

namespace Azure.Data.Tables;

/// <summary>An account's tables.</summary>
public class TableServiceClient
{
    private readonly TableService? _service;

    /// <summary>For mocks.</summary>
    protected TableServiceClient()
    {
    }

    public TableServiceClient(string connectionString)
        : this(connectionString, null)
    {
    }

    public TableServiceClient(string connectionString, TableClientOptions? options = default)
        => _service = ConnectionString.Parse(connectionString).Connect(options);

    public TableServiceClient(Uri endpoint, AzureSasCredential credential)
        : this(endpoint, credential, null)
    {
    }

    public TableServiceClient(Uri endpoint, AzureSasCredential credential, TableClientOptions? options = default)
        => _service = AccountAddress.Parse(endpoint).Connect(Authentication.By(credential), options);

    public TableServiceClient(Uri endpoint, TokenCredential tokenCredential, TableClientOptions? options = default)
        => _service = AccountAddress.Parse(endpoint).Connect(Authentication.By(tokenCredential, options), options);

    /// <param name="endpoint">With a shared access signature as its query.</param>
    public TableServiceClient(Uri endpoint, TableClientOptions? options = default)
    {
        var address = AccountAddress.Parse(endpoint);
        _service = address.Connect(Authentication.By(address), options);
    }

    public TableServiceClient(Uri endpoint, TableSharedKeyCredential credential)
        : this(endpoint, credential, null)
    {
    }

    public TableServiceClient(Uri endpoint, TableSharedKeyCredential credential, TableClientOptions? options)
        => _service = AccountAddress.Parse(endpoint).Connect(Authentication.By(credential), options);

    public virtual string AccountName => Service.AccountName;

    public virtual Uri Uri => new(Service.EndpointText);

    private TableService Service => _service ?? throw new InvalidOperationException("A client made by its protected constructor is for mocks only.");

    /// <summary>Values of the interpolated text become literals of the filter, quoted and escaped.</summary>
    public static string CreateQueryFilter(FormattableString filter) => FilterText.Create(filter);

    public static string CreateQueryFilter(Expression<Func<TableItem, bool>> filter) => FilterTranslator.Translate(filter) ?? "";

    /// <summary>Shares this client's connections, retries and credential.</summary>
    public virtual TableClient GetTableClient(string tableName) => new(Service, tableName);

    public virtual Task<Response<TableItem>> CreateTableAsync(string tableName, CancellationToken cancellationToken = default)
        => Tables(tableName).CreateAsync(tableName, "TableServiceClient.CreateTable", cancellationToken);

    /// <summary>The raw response's status is 409 where the table was there.</summary>
    public virtual Task<Response<TableItem>> CreateTableIfNotExistsAsync(string tableName, CancellationToken cancellationToken = default)
        => Tables(tableName).CreateIfNotExistsAsync(tableName, "TableServiceClient.CreateTableIfNotExists", cancellationToken);

    /// <summary>The response's status is 404 where there was no table.</summary>
    public virtual Task<Response> DeleteTableAsync(string tableName, CancellationToken cancellationToken = default)
        => Tables(tableName).DeleteAsync(tableName, "TableServiceClient.DeleteTable", cancellationToken);

    public virtual AsyncPageable<TableItem> QueryAsync(FormattableString filter, int? maxPerPage = default, CancellationToken cancellationToken = default)
        => QueryAsync(FilterText.Create(filter), maxPerPage, cancellationToken);

    public virtual AsyncPageable<TableItem> QueryAsync(
        Expression<Func<TableItem, bool>> filter, int? maxPerPage = default, CancellationToken cancellationToken = default)
        => QueryAsync(FilterTranslator.Translate(filter), maxPerPage, cancellationToken);

    public virtual AsyncPageable<TableItem> QueryAsync(string? filter = default, int? maxPerPage = default, CancellationToken cancellationToken = default)
    {
        var tables = new TableOperations(Service);
        return new TablePageable<TableItem>(
            (pageSize, continuation, cancellation) => tables.ListAsync(QueryText.Create(filter, pageSize, select: null), continuation, cancellation),
            maxPerPage,
            cancellationToken);
    }

    private TableOperations Tables(string tableName)
    {
        ArgumentException.ThrowIfNullOrEmpty(tableName);
        return new(Service);
    }
}
