using System.Net;
using System.Net.Sockets;
using System.Text;
using Embedded.Functions.Tests.Running;
using Embedded.Functions.Tests.Samples;
using Embedded.Functions.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Embedded.Functions.Tests.Web;

[Collection(nameof(AzuriteCollection))]
public sealed class RequestUrlTests(AzuriteFixture azurite)
{
    [Theory]
    [InlineData("example.com:8080", "http://example.com:8080/a%20b?c=d")]
    [InlineData("", "http://10.0.0.5:7071/a%20b?c=d")]
    public void A_request_without_a_host_has_the_socket_s_address(string host, string expected)
    {
        var http = new DefaultHttpContext();
        http.Connection.LocalIpAddress = IPAddress.Parse("10.0.0.5");
        http.Connection.LocalPort = 7071;
        http.Request.Scheme = "http";
        http.Request.Host = new HostString(host);
        http.Request.Path = "/a b";
        http.Request.QueryString = new QueryString("?c=d");

        Assert.Equal(expected, RequestUrl.Of(http.Request).AbsoluteUri);
    }

    [Theory]
    [InlineData("GET /api/pages HTTP/1.0\r\n\r\n", "HTTP/1.1 200 OK")]
    [InlineData("POST /api/body HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 104857601\r\n\r\n", "HTTP/1.1 413 ")]
    public async Task Odd_requests_are_answered(string request, string statusLine)
    {
        await using var app = await TestApp.StartAsync(azurite, [typeof(WebFunctions)], configure: builder => builder.Services.AddScoped<Visit>());
        using var client = new TcpClient();
        await client.ConnectAsync(app.Client.BaseAddress!.Host, app.Client.BaseAddress.Port);
        await using var stream = client.GetStream();

        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));

        using var reader = new StreamReader(stream);
        Assert.StartsWith(statusLine, await reader.ReadLineAsync(), StringComparison.Ordinal);
    }
}
