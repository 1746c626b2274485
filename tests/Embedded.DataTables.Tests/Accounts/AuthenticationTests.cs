using System.Net;
using Azure.Core;
using Embedded.DataTables.Accounts;
using Embedded.DataTables.Protocol;
using Embedded.DataTables.Tests.Protocol;

namespace Embedded.DataTables.Tests.Accounts;

public sealed class AuthenticationTests
{
    private readonly FakeService _service = new();

    // Computed apart from this code: printf '%s\n%s' "$date" "$resource" | openssl dgst -sha256 -mac HMAC -macopt hexkey:... -binary | base64
    [Theory]
    [InlineData("a b", "'", "D4tPwba8B7JFERriccb1ldrk7oATidrSXcXRBgxFEU0=")]
    public async Task A_shared_key_signs_the_date_and_the_escaped_path(string partitionKey, string rowKey, string signature)
    {
        await SignedTable().DeleteEntityAsync(partitionKey, rowKey);

        Assert.Equal("Fri, 02 Jan 2026 03:04:05 GMT", _service.Sent[0].Headers["x-ms-date"]);
        Assert.Equal($"SharedKeyLite account:{signature}", _service.Sent[0].Headers["Authorization"]);
    }

    [Fact]
    public async Task A_shared_key_signs_neither_filters_nor_bodies()
    {
        _service.Answers(HttpStatusCode.OK, """{"value":[]}""");

        await foreach (var row in SignedTable().QueryAsync<TableEntity>("a eq 1"))
        {
            Assert.Fail(row.RowKey);
        }

        Assert.Equal("SharedKeyLite account:2oY44or/kF7jswNZSoQJHwsMLnNK34HqfZTmXwf16w4=", _service.Sent[0].Headers["Authorization"]);
    }

    [Fact]
    public async Task A_rotated_key_signs_from_the_next_request_on()
    {
        var credential = new TableSharedKeyCredential(FakeService.Account, Convert.ToBase64String(new byte[64]));
        credential.SetAccountKey(FakeService.Key);

        await Table(new SharedKeyLitePolicy(credential, new FixedTime())).DeleteEntityAsync("a b", "'");

        Assert.Equal("SharedKeyLite account:D4tPwba8B7JFERriccb1ldrk7oATidrSXcXRBgxFEU0=", _service.Sent[0].Headers["Authorization"]);
    }

    [Fact]
    public async Task A_signature_is_added_to_the_query_once_a_try()
    {
        var credential = new AzureSasCredential("?sv=1&sig=a%2Bb");
        var table = new TableClient(new Uri("https://account.table.core.windows.net/Orders"), credential, _service.Options());
        _service.Answers(HttpStatusCode.ServiceUnavailable).Answers(HttpStatusCode.OK, """{"RowKey":"r"}""");

        await table.GetEntityAsync<TableEntity>("p", "r", ["RowKey"]);
        credential.Update("sv=2&sig=c");
        await table.DeleteEntityAsync("p", "r");

        Assert.Equal(
            ["?$select=RowKey&sv=1&sig=a%2Bb", "?$select=RowKey&sv=1&sig=a%2Bb", "?sv=2&sig=c"],
            _service.Sent.Select(request => request.Uri.Query));
        Assert.All(_service.Sent, request => Assert.False(request.Headers.ContainsKey("Authorization")));
    }

    [Fact]
    public async Task An_address_may_carry_the_table_and_the_signature()
    {
        var table = new TableClient(new Uri("https://account.table.core.windows.net/Orders?sv=1&sig=abc"), _service.Options());

        await table.DeleteEntityAsync("p", "r");

        Assert.Equal(("Orders", "account"), (table.Name, table.AccountName));
        Assert.Equal("https://account.table.core.windows.net/Orders(PartitionKey='p',RowKey='r')?sv=1&sig=abc", _service.Sent[0].Uri.AbsoluteUri);
        Assert.Equal("https://account.table.core.windows.net/Orders", table.Uri.AbsoluteUri);
    }

    [Fact]
    public async Task A_token_is_asked_for_storage_and_sent_as_bearer()
    {
        var credential = new FakeCredential();
        var table = new TableServiceClient(FakeService.Endpoint, credential, _service.Options()).GetTableClient("Orders");

        await table.DeleteEntityAsync("p", "r");
        await table.DeleteEntityAsync("p", "s");

        Assert.Equal(["https://storage.azure.com/.default"], credential.Scopes);
        Assert.All(_service.Sent, request => Assert.Equal("Bearer secret", request.Headers["Authorization"]));
    }

    [Fact]
    public async Task Another_clouds_token_is_an_option()
    {
        var credential = new FakeCredential();
        var options = _service.Options();
        options.Audience = TableAudience.AzureGovernment;

        await new TableClient(FakeService.Endpoint, "Orders", credential, options).DeleteEntityAsync("p", "r");

        Assert.Equal(["https://storage.azure.us/.default"], credential.Scopes);
    }

    [Fact]
    public async Task A_token_is_never_sent_unencrypted()
    {
        var table = new TableClient(new Uri("http://127.0.0.1:10002/devstoreaccount1"), "Orders", new FakeCredential(), _service.Options());

        await Assert.ThrowsAsync<InvalidOperationException>(() => table.DeleteEntityAsync("p", "r"));

        Assert.Empty(_service.Sent);
    }

    private TableClient SignedTable()
        => Table(new SharedKeyLitePolicy(new TableSharedKeyCredential(FakeService.Account, FakeService.Key), new FixedTime()));

    private TableClient Table(SharedKeyLitePolicy authentication)
        => new(new TableService(FakeService.Endpoint, FakeService.Account, _service.Options(), authentication), "Orders");

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    }

    private sealed class FakeCredential : TokenCredential
    {
        public List<string> Scopes { get; } = [];

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
            => throw new NotSupportedException("The asynchronous way is used.");

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Scopes.AddRange(requestContext.Scopes);
            return new(new AccessToken("secret", DateTimeOffset.MaxValue));
        }
    }
}
