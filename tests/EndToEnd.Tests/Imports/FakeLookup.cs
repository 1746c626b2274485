using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EndToEnd.Tests.Imports;

/// <summary>A service that knows customers: what it answers for one is the test's to say.</summary>
internal sealed class FakeLookup : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly ConcurrentQueue<string> _asked = new();

    private FakeLookup(Func<string, HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _server = builder.Build();
        _server.Run(context =>
        {
            var customer = context.Request.Path.Value!.Split('/')[^1];
            _asked.Enqueue(customer);
            return answer(customer, context);
        });
    }

    public string Template => $"{_server.Urls.First()}/customers/{{customerId}}";

    public IReadOnlyCollection<string> Asked => _asked;

    public static async Task<FakeLookup> StartAsync(Func<string, HttpContext, Task> answer)
    {
        var lookup = new FakeLookup(answer);
        await lookup._server.StartAsync();
        return lookup;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
