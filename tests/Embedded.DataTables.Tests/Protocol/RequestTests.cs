using System.Net;

namespace Embedded.DataTables.Tests.Protocol;

public sealed class RequestTests
{
    private readonly FakeService _service = new();

    [Fact]
    public async Task An_add_posts_the_row_with_types_where_JSON_has_none()
    {
        var row = new TableEntity("p", "r")
        {
            ["text"] = "ä'\"",
            ["int"] = 1,
            ["long"] = 2L,
            ["double"] = 3.0,
            ["nan"] = double.NaN,
            ["bool"] = true,
            ["time"] = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            ["guid"] = Guid.Empty,
            ["binary"] = new byte[] { 1, 2 },
            ["null"] = null,
            ["odata.etag"] = "W/\"1\"",
            ["Timestamp"] = DateTimeOffset.UnixEpoch,
        };

        await _service.Table().AddEntityAsync(row);

        var request = Assert.Single(_service.Sent);
        Assert.Equal(("POST", "https://account.table.core.windows.net/Orders"), (request.Method, request.Uri.AbsoluteUri));
        Assert.Equal("application/json; odata=minimalmetadata", request.Headers["Accept"]);
        Assert.Equal("return-no-content", request.Headers["Prefer"]);
        Assert.Equal("2020-12-06", request.Headers["x-ms-version"]);
        Assert.Equal("3.0", request.Headers["DataServiceVersion"]);
        Assert.Equal(
            """
            {"PartitionKey":"p","RowKey":"r","text":"ä'\"","int":1,"long@odata.type":"Edm.Int64","long":"2",
            "double@odata.type":"Edm.Double","double":3,"nan@odata.type":"Edm.Double","nan":"NaN","bool":true,
            "time@odata.type":"Edm.DateTime","time":"2026-01-02T03:04:05.0000000Z",
            "guid@odata.type":"Edm.Guid","guid":"00000000-0000-0000-0000-000000000000","binary@odata.type":"Edm.Binary","binary":"AQI="}
            """.ReplaceLineEndings(""),
            request.Body);
    }

    [Fact]
    public async Task Keys_are_quoted_and_escaped_in_addresses()
    {
        var table = _service.Table();

        await table.UpsertEntityAsync(new TableEntity("O'Brien", "a b/%ä"));
        await table.UpdateEntityAsync(new TableEntity("p", "r"), new ETag("W/\"1\""), TableUpdateMode.Replace);
        await table.DeleteEntityAsync("p", "r");

        Assert.Equal("/Orders(PartitionKey='O%27%27Brien',RowKey='a%20b%2F%25%C3%A4')", _service.Sent[0].Uri.AbsolutePath);
        Assert.Equal(["PATCH", "PUT", "DELETE"], _service.Sent.Select(request => request.Method));
        Assert.False(_service.Sent[0].Headers.ContainsKey("If-Match"));
        Assert.Equal(["W/\"1\"", "*"], _service.Sent.Skip(1).Select(request => request.Headers["If-Match"]));
    }

    [Fact]
    public async Task A_query_carries_its_options_and_goes_on_where_the_last_page_ended()
    {
        _service
            .Answers(HttpStatusCode.OK, """{"value":[{"RowKey":"1"}]}""", headers: [("x-ms-continuation-NextPartitionKey", "1!4!a b"), ("x-ms-continuation-NextRowKey", "1!4!c=")])
            .Answers(HttpStatusCode.OK, """{"odata.metadata":"x","value":[{"RowKey":"2"}],"more":{"a":[1]}}""");

        var rows = new List<string>();
        await foreach (var row in _service.Table().QueryAsync<TableEntity>("a eq 'ä&'", maxPerPage: 5, select: ["RowKey", "a"]))
        {
            rows.Add(row.RowKey);
        }

        Assert.Equal(["1", "2"], rows);
        Assert.Equal("?$filter=a%20eq%20%27%C3%A4%26%27&$top=5&$select=RowKey%2Ca", _service.Sent[0].Uri.Query);
        Assert.Equal(_service.Sent[0].Uri.Query + "&NextPartitionKey=1%214%21a%20b&NextRowKey=1%214%21c%3D", _service.Sent[1].Uri.Query);
    }

    [Fact]
    public async Task A_transaction_is_one_changeset_of_requests()
    {
        const string Accepted =
            "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-Type: application/http\r\n\r\n"
            + "HTTP/1.1 204 No Content\r\nDataServiceVersion: 3.0;\r\nETag: W/\"1\"\r\n\r\n\r\n--c--\r\n--b--\r\n";
        _service.Answers(HttpStatusCode.Accepted, Accepted, "multipart/mixed; boundary=b");

        var answer = await _service.Table().SubmitTransactionAsync(
        [
            new(TableTransactionActionType.Add, new TableEntity("p", "a") { ["n"] = 1 }),
            new(TableTransactionActionType.UpdateMerge, new TableEntity("p", "b'"), new ETag("W/\"2\"")),
            new(TableTransactionActionType.UpdateReplace, new TableEntity("p", "u")),
            new(TableTransactionActionType.UpsertReplace, new TableEntity("p", "c")),
            new(TableTransactionActionType.Delete, new TableEntity("p", "d")),
        ]);

        var request = Assert.Single(_service.Sent);
        var boundary = request.Headers["Content-Type"].Replace("multipart/mixed; boundary=batch_", "", StringComparison.Ordinal);
        var response = Assert.Single(answer.Value);
        Assert.Equal((204, "No Content", new ETag("W/\"1\"")), (response.Status, response.ReasonPhrase, response.Headers.ETag));
        Assert.Equal(["DataServiceVersion: 3.0;", "ETag: W/\"1\""], response.Headers.Select(header => $"{header.Name}: {header.Value}"));
        Assert.True(response.Headers.TryGetValues("etag", out var etags));
        Assert.Equal(["W/\"1\""], etags);
        Assert.False(response.Headers.Contains("E"));
        Assert.Equal("https://account.table.core.windows.net/$batch", request.Uri.AbsoluteUri);
        Assert.Equal(ExpectedTransaction, request.Body.Replace(boundary, "ID", StringComparison.Ordinal).ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData(HttpStatusCode.BadGateway, "<html>Bad gateway</html>", "text/html", null)]
    [InlineData(HttpStatusCode.Forbidden, "", "text/plain", null)]
    [InlineData(HttpStatusCode.BadRequest, "[1]", "application/json", null)]
    [InlineData(HttpStatusCode.BadRequest, """{"odata.error":{"code":"PropertyNameInvalid","message":{"lang":"en-US","value":"bad name"}}}""", "application/json", "PropertyNameInvalid")]
    public async Task An_error_keeps_its_status_whatever_its_body(HttpStatusCode status, string body, string type, string? code)
    {
        var options = _service.Options();
        options.Retry.MaxRetries = 0;
        _service.Answers(status, body, type);

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => _service.Table(options).AddEntityAsync(new TableEntity("p", "r")));

        Assert.Equal(((int)status, code), (error.Status, error.ErrorCode));
    }

    [Fact]
    public async Task The_service_version_is_an_option()
    {
        var options = new TableClientOptions(TableClientOptions.ServiceVersion.V2019_02_02) { Transport = _service.Options().Transport };

        await _service.Table(options).DeleteEntityAsync("p", "r");

        Assert.Equal("2019-02-02", _service.Sent[0].Headers["x-ms-version"]);
    }

    private const string ExpectedTransaction = """
        --batch_ID
        Content-Type: multipart/mixed; boundary=changeset_ID

        --changeset_ID
        Content-Type: application/http
        Content-Transfer-Encoding: binary

        POST https://account.table.core.windows.net/Orders HTTP/1.1
        Accept: application/json;odata=minimalmetadata
        DataServiceVersion: 3.0
        Prefer: return-no-content
        Content-Type: application/json

        {"PartitionKey":"p","RowKey":"a","n":1}
        --changeset_ID
        Content-Type: application/http
        Content-Transfer-Encoding: binary

        PATCH https://account.table.core.windows.net/Orders(PartitionKey='p',RowKey='b%27%27') HTTP/1.1
        Accept: application/json;odata=minimalmetadata
        DataServiceVersion: 3.0
        If-Match: W/"2"
        Prefer: return-no-content
        Content-Type: application/json

        {"PartitionKey":"p","RowKey":"b'"}
        --changeset_ID
        Content-Type: application/http
        Content-Transfer-Encoding: binary

        PUT https://account.table.core.windows.net/Orders(PartitionKey='p',RowKey='u') HTTP/1.1
        Accept: application/json;odata=minimalmetadata
        DataServiceVersion: 3.0
        Prefer: return-no-content
        Content-Type: application/json

        {"PartitionKey":"p","RowKey":"u"}
        --changeset_ID
        Content-Type: application/http
        Content-Transfer-Encoding: binary

        PUT https://account.table.core.windows.net/Orders(PartitionKey='p',RowKey='c') HTTP/1.1
        Accept: application/json;odata=minimalmetadata
        DataServiceVersion: 3.0
        Prefer: return-no-content
        Content-Type: application/json

        {"PartitionKey":"p","RowKey":"c"}
        --changeset_ID
        Content-Type: application/http
        Content-Transfer-Encoding: binary

        DELETE https://account.table.core.windows.net/Orders(PartitionKey='p',RowKey='d') HTTP/1.1
        Accept: application/json;odata=minimalmetadata
        DataServiceVersion: 3.0
        If-Match: *


        --changeset_ID--
        --batch_ID--

        """;
}
