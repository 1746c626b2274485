using Azure.Core;
using Azure.Core.Pipeline;

namespace Embedded.DataTables.Tests;

/// <summary>A test with a table of its own on real storage.</summary>
public abstract class TableTest(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>, IAsyncLifetime
{
    protected AzuriteFixture Azurite { get; } = azurite;

    protected TableClient Table { get; } = new(azurite.ConnectionString, AzuriteFixture.NewName());

    public async Task InitializeAsync() => await Table.CreateAsync();

    public async Task DisposeAsync() => await Table.DeleteAsync();

    /// <summary>The same table through a client whose requests are seen by <paramref name="policy"/>.</summary>
    protected TableClient TableWith(HttpPipelinePolicy policy, HttpPipelinePosition position = HttpPipelinePosition.PerRetry)
    {
        var options = new TableClientOptions();
        options.AddPolicy(policy, position);
        return new TableClient(Azurite.ConnectionString, Table.Name, options);
    }

    protected async Task<List<TableEntity>> AllRowsAsync()
    {
        var rows = new List<TableEntity>();
        await foreach (var row in Table.QueryAsync<TableEntity>())
        {
            rows.Add(row);
        }

        return rows;
    }
}
