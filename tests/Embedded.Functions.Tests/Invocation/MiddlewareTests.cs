using System.Collections.Concurrent;
using System.Net;
using Embedded.Functions.Tests.Running;
using Embedded.Functions.Tests.Samples;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Embedded.Functions.Tests.Invocation;

[Collection(nameof(AzuriteCollection))]
public sealed class MiddlewareTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Middleware_surrounds_every_kind_of_function_in_the_order_of_its_registration()
    {
        var seen = new ConcurrentQueue<string>();
        await using var app = await TestApp.StartAsync(azurite, [typeof(HelloFunctions)], configure: builder =>
        {
            builder.Services.AddSingleton(seen);
            builder.UseMiddleware<Recording>();
            builder.UseMiddleware(async (context, next) =>
            {
                seen.Enqueue($"second {context.FunctionDefinition.Name}");
                await next();
            });
        });

        using var answer = await app.SendAsync(
            HttpMethod.Post, "/runtime/webhooks/durabletask/orchestrators/Fan/fan-1?timeout=20&pollingInterval=0.05", """{"Id":"f","N":1}""");

        Assert.Equal("1", await answer.Content.ReadAsStringAsync());
        Assert.Equal(["first Fan", "second Fan", "first Noop", "second Noop"], seen.Where(line => !line.StartsWith("after", StringComparison.Ordinal)));
        using var waited = await app.Client.GetAsync("/api/wait/fan-1");
        Assert.Contains("first Wait", seen);
    }

    [Fact]
    public async Task Middleware_answers_in_place_of_the_function_and_changes_what_it_returned()
    {
        await using var app = await TestApp.StartAsync(azurite, [typeof(WebFunctions)], configure: builder =>
        {
            builder.Services.AddScoped<Visit>();
            builder.UseWhen(
                context => context.FunctionDefinition.Name == "Guarded",
                async (context, next) =>
                {
                    var request = await context.GetHttpRequestDataAsync();
                    context.GetInvocationResult().Value = request!.CreateResponse(HttpStatusCode.Conflict);
                });
            builder.UseWhen(
                context => context.FunctionDefinition.Name == "Pages",
                async (context, next) =>
                {
                    await next();
                    var result = context.GetInvocationResult<string>();
                    result.Value += " and more";
                });
        });

        using var refused = await app.Client.GetAsync("/api/guarded");

        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Equal("GET 7 and more", await app.Client.GetStringAsync("/api/pages"));
    }

    [Fact]
    public async Task Middleware_sees_an_exception_and_may_answer_for_it()
    {
        await using var app = await TestApp.StartAsync(azurite, [typeof(WebFunctions)], configure: builder =>
        {
            builder.Services.AddScoped<Visit>();
            builder.UseMiddleware(async (context, next) =>
            {
                try
                {
                    await next();
                }
                catch (InvalidOperationException exception)
                {
                    var response = (await context.GetHttpRequestDataAsync())!.CreateResponse(HttpStatusCode.BadGateway);
                    await response.WriteStringAsync(exception.GetType().Name);
                    context.GetInvocationResult().Value = response;
                }
            });
        });

        using var answer = await app.Client.GetAsync("/api/throws");

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal("InvalidOperationException", await answer.Content.ReadAsStringAsync());
    }

    internal sealed class Recording(ConcurrentQueue<string> seen) : IFunctionsWorkerMiddleware
    {
        public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
        {
            seen.Enqueue($"first {context.FunctionDefinition.Name}");
            await next(context);
            seen.Enqueue($"after {context.FunctionDefinition.Name}");
        }
    }
}
