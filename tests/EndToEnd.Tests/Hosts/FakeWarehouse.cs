using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EndToEnd.Tests.Hosts;

internal sealed record WarehouseCall(string Path, string IdempotencyKey);

/// <summary>A warehouse over HTTP that remembers what it was asked and answers as the test wants.</summary>
internal sealed class FakeWarehouse : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly ConcurrentQueue<WarehouseCall> _calls = new();

    private FakeWarehouse(Func<string, int, Task<int>> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _server = builder.Build();
        _server.Run(async context =>
        {
            var path = context.Request.Path.Value!;
            var earlier = _calls.Count(call => call.Path == path);
            _calls.Enqueue(new(path, context.Request.Headers["Idempotency-Key"].ToString()));
            context.Response.StatusCode = await answer(path, earlier);
            if (RedirectTo is { } other)
            {
                context.Response.Headers.Location = other + path;
            }

            if (SayOf(path) is { } said)
            {
                await context.Response.WriteAsync(said);
            }
        });
    }

    public string Address => _server.Urls.First();

    public IReadOnlyCollection<WarehouseCall> Calls => _calls;

    /// <summary>The body of the answer for a path.</summary>
    public Func<string, string?> SayOf { get; set; } = _ => null;

    public string? RedirectTo { get; set; }

    /// <param name="answer">The status code for a path that was called so many times before.</param>
    public static Task<FakeWarehouse> StartAsync(Func<string, int, int> answer) =>
        StartAsync((path, earlier) => Task.FromResult(answer(path, earlier)));

    /// <param name="answer">The same, when the test lets it answer.</param>
    public static async Task<FakeWarehouse> StartAsync(Func<string, int, Task<int>> answer)
    {
        var warehouse = new FakeWarehouse(answer);
        await warehouse._server.StartAsync();
        return warehouse;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
