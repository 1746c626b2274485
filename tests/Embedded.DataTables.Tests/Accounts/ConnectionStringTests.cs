using Embedded.DataTables.Accounts;

namespace Embedded.DataTables.Tests.Accounts;

public sealed class ConnectionStringTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string Key = "AccountKey=AAAA";

    [Theory]
    [InlineData("UseDevelopmentStorage=true", "http://127.0.0.1:10002/devstoreaccount1", "devstoreaccount1")]
    [InlineData("usedevelopmentstorage=True;", "http://127.0.0.1:10002/devstoreaccount1", "devstoreaccount1")]
    [InlineData("UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://storage", "http://storage:10002/devstoreaccount1", "devstoreaccount1")]
    [InlineData("AccountName=orders;" + Key, "https://orders.table.core.windows.net", "orders")]
    [InlineData("DefaultEndpointsProtocol=http;AccountName=orders;" + Key + ";EndpointSuffix=core.windows.de", "http://orders.table.core.windows.de", "orders")]
    [InlineData("AccountName=orders; AccountKey=AAA=; TableEndpoint=https://tables.example.org/", "https://tables.example.org", "orders")]
    [InlineData("TableEndpoint=https://orders.table.core.windows.net/;SharedAccessSignature=sv=1&sig=a%3D", "https://orders.table.core.windows.net", "orders")]
    [InlineData("AccountName=orders;SharedAccessSignature=sv=1&sig=a%3D", "https://orders.table.core.windows.net", "orders")]
    public void A_connection_string_says_where_and_who(string text, string endpoint, string account)
    {
        var client = new TableServiceClient(text);

        Assert.Equal((endpoint, account), (client.Uri.AbsoluteUri.TrimEnd('/'), client.AccountName));
    }

    [Theory]
    [InlineData("UseDevelopmentStorage=false", typeof(InvalidOperationException))]
    [InlineData("AccountName=orders", typeof(InvalidOperationException))]
    [InlineData(Key, typeof(InvalidOperationException))]
    [InlineData("SharedAccessSignature=sig=x", typeof(InvalidOperationException))]
    [InlineData("nonsense", typeof(FormatException))]
    [InlineData("AccountName=a;AccountName=b;" + Key, typeof(FormatException))]
    [InlineData("AccountName=orders;AccountKey=not base64!", typeof(FormatException))]
    [InlineData(" ", typeof(ArgumentException))]
    public void A_connection_string_that_says_too_little_is_refused(string text, Type error)
        => Assert.Throws(error, () => ConnectionString.Parse(text));

    [Fact]
    public async Task A_wrong_key_is_refused_by_the_service()
    {
        var wrong = azurite.ConnectionString.Replace("Eby8", "AAAA", StringComparison.Ordinal);

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => new TableClient(wrong, AzuriteFixture.NewName()).CreateAsync());

        Assert.Equal(403, error.Status);
    }

    [Fact]
    public async Task A_key_given_apart_reaches_the_same_table()
    {
        var parsed = new TableServiceClient(azurite.ConnectionString);
        var key = azurite.ConnectionString.Split(';').Single(part => part.StartsWith("AccountKey=", StringComparison.Ordinal))["AccountKey=".Length..];
        var table = new TableClient(parsed.Uri, AzuriteFixture.NewName(), new TableSharedKeyCredential(parsed.AccountName, key));

        await table.CreateAsync();

        Assert.Equal(409, (await parsed.CreateTableIfNotExistsAsync(table.Name)).GetRawResponse().Status);
    }
}
