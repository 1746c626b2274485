using System.Text.Json.Nodes;
using Embedded.Functions.Tests.Running;
using Embedded.Functions.Tests.Samples;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Embedded.Functions.Durable;

namespace Embedded.Functions.Tests.Durable;

[Collection(nameof(AzuriteCollection))]
public sealed class RoundTripTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Inputs_and_outputs_go_through_the_worker_s_serializer_as_on_the_platform()
    {
        await using var app = await TestApp.StartAsync(azurite, [typeof(ProbeFunctions)]);
        var client = app.Services.GetRequiredService<DurableRuntime>().Client;
        var input = new Parcel("a", null, new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc), DayOfWeek.Friday, ["x", "é\"<"], 1.5);

        var id = await client.ScheduleNewOrchestrationInstanceAsync("RoundTrip", input);
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var ended = await client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, deadline.Token);

        var captured = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Captures", "probe", "RoundTrip.json")))!;
        Assert.Equal((string?)captured["SerializedInput"], ended.SerializedInput);
        Assert.Equal((string?)captured["SerializedOutput"], ended.SerializedOutput);
        Assert.Equal((string?)captured["SerializedCustomStatus"], ended.SerializedCustomStatus);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, ended.RuntimeStatus);
    }

    [Fact]
    public async Task An_activity_input_that_is_no_such_value_fails_the_activity()
    {
        await using var app = await TestApp.StartAsync(azurite, [typeof(ProbeFunctions)]);

        using var answer = await app.SendAsync(
            HttpMethod.Post, "/runtime/webhooks/durabletask/orchestrators/BadInput?timeout=20&pollingInterval=0.05", "\"x\"");

        var output = (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Contains("FunctionInputConverterException", output, StringComparison.Ordinal);
        Assert.Contains("'amount'", output, StringComparison.Ordinal);
    }
}
