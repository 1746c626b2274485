using Azure;
using Azure.Data.Tables;
using Reprocessing.Testing;

namespace Reprocessing.LocalHost.Tests.Azurite;

/// <summary>The emulator reads only the partition that a condition names; a condition that only seems to name one must still find all.</summary>
public sealed class PartitionLookupTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>, IAsyncLifetime
{
    private TableClient Table { get; } = new(azurite.ConnectionString, AzuriteFixture.NewName());

    public Task InitializeAsync() => Table.CreateAsync();

    public Task DisposeAsync() => Table.DeleteAsync();

    [Theory]
    [InlineData("PartitionKey eq 'a'", "a1 a2 a3")]
    [InlineData("PartitionKey eq 'a' and RowKey ge '2'", "a2 a3")]
    [InlineData("RowKey ge '2' and (PartitionKey eq 'a' and Even eq true)", "a2")]
    [InlineData("PartitionKey eq 'a' or RowKey eq '3'", "a1 a2 a3 b3 'c3")]
    [InlineData("(PartitionKey eq 'a' or PartitionKey eq 'b') and RowKey eq '1'", "a1 b1")]
    [InlineData("PartitionKey eq 'a' and RowKey eq '1' or PartitionKey eq 'b' and RowKey eq '2'", "a1 b2")]
    [InlineData("not (PartitionKey eq 'a')", "b1 b2 b3 'c1 'c2 'c3")]
    [InlineData("not (PartitionKey eq 'a') and PartitionKey eq 'b'", "b1 b2 b3")]
    [InlineData("PartitionKey ne 'a' and RowKey eq '1'", "b1 'c1")]
    [InlineData("PartitionKey ge 'b' and RowKey eq '1'", "b1")]
    [InlineData("PartitionKey eq 'a' and PartitionKey eq 'b'", "")]
    [InlineData("PartitionKey eq '''c' and RowKey lt '3'", "'c1 'c2")]
    [InlineData("PartitionKey eq 'a' and RowKey gt '1' and RowKey lt '3'", "a2")]
    [InlineData("PartitionKey eq 'a' and RowKey gt '1' and RowKey ge '3'", "a3")]
    [InlineData("PartitionKey eq 'a' and RowKey ge '3' and RowKey gt '1'", "a3")]
    [InlineData("PartitionKey eq 'a' and RowKey lt '3' and RowKey le '1'", "a1")]
    [InlineData("PartitionKey eq 'a' and not (RowKey eq '1')", "a2 a3")]
    [InlineData("PartitionKey eq 'a' and (RowKey lt '2' or RowKey gt '2')", "a1 a3")]
    [InlineData("PartitionKey eq 'a' and RowKey eq '2' and RowKey le '3'", "a2")]
    [InlineData("PartitionKey eq 'a' and RowKey ge ''", "a1 a2 a3")]
    [InlineData("PartitionKey eq 'none'", "")]
    [InlineData("Even eq true", "a2 b2 'c2")]
    public async Task Condition_finds_what_it_says(string condition, string expected)
    {
        await AddRowsAsync();

        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal), await FindAsync(condition));
    }

    [Fact]
    public async Task Row_is_read_changed_and_deleted_in_its_own_partition_only()
    {
        await AddRowsAsync();

        await Table.UpdateEntityAsync(new TableEntity("b", "2") { ["Even"] = false }, ETag.All);
        await Table.DeleteEntityAsync("a", "2");

        Assert.Equal(["'c2"], await FindAsync("Even eq true"));
        Assert.False((await Table.GetEntityIfExistsAsync<TableEntity>("a", "2")).HasValue);
        Assert.Equal("b", (await Table.GetEntityAsync<TableEntity>("b", "2")).Value.PartitionKey);
        Assert.Equal(409, (await Assert.ThrowsAsync<RequestFailedException>(() => Table.AddEntityAsync(new TableEntity("'c", "2")))).Status);
        await Table.AddEntityAsync(new TableEntity("a", "2"));
    }

    private async Task AddRowsAsync()
    {
        foreach (var partition in (string[])["a", "b", "'c"])
        {
            for (var row = 1; row <= 3; row++)
            {
                await Table.AddEntityAsync(new TableEntity(partition, $"{row}") { ["Even"] = row % 2 == 0 });
            }
        }
    }

    private async Task<IEnumerable<string>> FindAsync(string condition)
    {
        List<string> found = [];
        await foreach (var row in Table.QueryAsync<TableEntity>(condition))
        {
            found.Add(row.PartitionKey + row.RowKey);
        }

        return found.Order(StringComparer.Ordinal);
    }
}
