using System.Linq.Expressions;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables.Models;
using Embedded.DataTables.Accounts;
using Embedded.DataTables.Filters;
using Embedded.DataTables.Protocol;

namespace Azure.Data.Tables;

/// <summary>One table and its rows.</summary>
public partial class TableClient
{
    private readonly TableService? _service;
    private readonly TableOperations? _tables;
    private readonly EntityOperations? _entities;
    private readonly TransactionOperations? _transactions;

    /// <summary>For mocks.</summary>
    protected TableClient() => Name = "";

    public TableClient(string connectionString, string tableName)
        : this(connectionString, tableName, null)
    {
    }

    public TableClient(string connectionString, string tableName, TableClientOptions? options = default)
        : this(ConnectionString.Parse(connectionString).Connect(options), tableName)
    {
    }

    /// <param name="endpoint">With the table's name as the path's last part.</param>
    public TableClient(Uri endpoint, AzureSasCredential credential, TableClientOptions? options = default)
        : this(AccountAddress.Parse(endpoint), Authentication.By(credential), options)
    {
    }

    /// <param name="endpoint">With the table's name as the path's last part, and a shared access signature as its query.</param>
    public TableClient(Uri endpoint, TableClientOptions? options = default)
        : this(AccountAddress.Parse(endpoint), Authentication.By(AccountAddress.Parse(endpoint)), options)
    {
    }

    public TableClient(Uri endpoint, string tableName, TableSharedKeyCredential credential)
        : this(endpoint, tableName, credential, null)
    {
    }

    public TableClient(Uri endpoint, string tableName, TableSharedKeyCredential credential, TableClientOptions? options = default)
        : this(AccountAddress.Parse(endpoint).Connect(Authentication.By(credential), options), tableName)
    {
    }

    public TableClient(Uri endpoint, string tableName, TokenCredential tokenCredential, TableClientOptions? options = default)
        : this(AccountAddress.Parse(endpoint).Connect(Authentication.By(tokenCredential, options), options), tableName)
    {
    }

    internal TableClient(TableService service, string tableName)
    {
        ArgumentException.ThrowIfNullOrEmpty(tableName);
        Name = tableName;
        _service = service;
        _tables = new(service);
        _entities = new(service, tableName);
        _transactions = new(service, tableName);
    }

    private TableClient(AccountAddress address, HttpPipelinePolicy? authentication, TableClientOptions? options)
        : this(address.Connect(authentication, options), address.Table ?? throw new ArgumentException("The endpoint names no table.", nameof(address)))
    {
    }

    public virtual string AccountName => Service.AccountName;

    public virtual string Name { get; }

    public virtual Uri Uri => new($"{Service.EndpointText}/{Name}");

    private TableService Service => _service ?? throw Mocked();

    private TableOperations Tables => _tables ?? throw Mocked();

    private EntityOperations Entities => _entities ?? throw Mocked();

    /// <summary>Values of the interpolated text become literals of the filter, quoted and escaped.</summary>
    public static string CreateQueryFilter(FormattableString filter) => FilterText.Create(filter);

    public static string CreateQueryFilter<T>(Expression<Func<T, bool>> filter) => FilterTranslator.Translate(filter) ?? "";

    public virtual Task<Response<TableItem>> CreateAsync(CancellationToken cancellationToken = default)
        => Tables.CreateAsync(Name, "TableClient.Create", cancellationToken);

    /// <summary>The raw response's status is 409 where the table was there.</summary>
    public virtual Task<Response<TableItem>> CreateIfNotExistsAsync(CancellationToken cancellationToken = default)
        => Tables.CreateIfNotExistsAsync(Name, "TableClient.CreateIfNotExists", cancellationToken);

    /// <summary>The response's status is 404 where there was no table.</summary>
    public virtual Task<Response> DeleteAsync(CancellationToken cancellationToken = default)
        => Tables.DeleteAsync(Name, "TableClient.Delete", cancellationToken);

    /// <summary>At most 100 actions on different rows of one partition, 4 MiB in all: stored together or not at all.</summary>
    /// <exception cref="TableTransactionFailedException">The service refused; the index says which action.</exception>
    public virtual Task<Response<IReadOnlyList<Response>>> SubmitTransactionAsync(
        IEnumerable<TableTransactionAction> transactionActions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transactionActions);
        return (_transactions ?? throw Mocked()).SubmitAsync([.. transactionActions], cancellationToken);
    }

    private static InvalidOperationException Mocked() => new("A client made by its protected constructor is for mocks only.");
}
