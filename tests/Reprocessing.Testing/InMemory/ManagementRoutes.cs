using System.Text.Json;
using DurableTask.Core.History;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.DurableTask.Client;

namespace Reprocessing.Testing.InMemory;

/// <summary>
/// What stories and the app need of the management API: the status of an instance with the history, the list, and the commands. The extension's own
/// handler serves them on LocalHost.
/// </summary>
internal sealed class ManagementRoutes
{
    public const string Path = "/runtime/webhooks/durabletask";

    private readonly BoundClient _bound;

    private ManagementRoutes(BoundClient bound) => _bound = bound;

    private DurableTaskClient Client => _bound.Client;

    public static void Map(IEndpointRouteBuilder server, BoundClient bound)
    {
        var routes = new ManagementRoutes(bound);
        const string Instance = Path + "/instances/{id}";
        server.MapGet(Path + "/instances", (RequestDelegate)routes.ListAsync);
        server.MapGet(Instance, (RequestDelegate)routes.ShowAsync);
        server.MapDelete(Instance, (RequestDelegate)routes.PurgeAsync);
        server.MapPost(Instance + "/raiseEvent/{name}", (RequestDelegate)(http => routes.CommandAsync(http, async id =>
            await routes.Client.RaiseEventAsync(id, (string)http.Request.RouteValues["name"]!, await BodyAsync(http)))));
        server.MapPost(Instance + "/terminate", (RequestDelegate)(http => routes.CommandAsync(http, id => routes.Client.TerminateInstanceAsync(id, Reason(http)))));
        server.MapPost(Instance + "/suspend", (RequestDelegate)(http => routes.CommandAsync(http, id => routes.Client.SuspendInstanceAsync(id, Reason(http)))));
        server.MapPost(Instance + "/resume", (RequestDelegate)(http => routes.CommandAsync(http, id => routes.Client.ResumeInstanceAsync(id, Reason(http)))));
    }

    private static string Id(HttpContext http) => Uri.UnescapeDataString((string)http.Request.RouteValues["id"]!);

    private static string? Reason(HttpContext http) => http.Request.Query["reason"].FirstOrDefault();

    private static bool Asks(HttpContext http, string switchName, bool whenSilent) =>
        bool.TryParse(http.Request.Query[switchName], out var asked) ? asked : whenSilent;

    private static async Task<JsonElement> BodyAsync(HttpContext http) =>
        await JsonSerializer.DeserializeAsync<JsonElement>(http.Request.Body, cancellationToken: http.RequestAborted);

    private static JsonElement? Json(string? text) => text is null ? null : JsonElement.Parse(text);

    private static Dictionary<string, object?> Show(OrchestrationMetadata instance, bool showInput) => new()
    {
        ["name"] = instance.Name,
        ["instanceId"] = instance.InstanceId,
        ["runtimeStatus"] = instance.RuntimeStatus.ToString(),
        ["input"] = showInput ? Json(instance.SerializedInput) : null,
        ["customStatus"] = Json(instance.SerializedCustomStatus),
        ["output"] = instance.RuntimeStatus == OrchestrationRuntimeStatus.Completed
            ? Json(instance.SerializedOutput)
            : instance.SerializedOutput,
        ["createdTime"] = instance.CreatedAt.UtcDateTime,
        ["lastUpdatedTime"] = instance.LastUpdatedAt.UtcDateTime,
    };

    private static Dictionary<string, object?> Show(HistoryEvent told) => told switch
    {
        EventRaisedEvent raised => new()
        {
            ["EventType"] = nameof(EventType.EventRaised), ["Timestamp"] = raised.Timestamp, ["Name"] = raised.Name, ["Input"] = raised.Input,
        },
        ExecutionStartedEvent started => new()
        {
            ["EventType"] = nameof(EventType.ExecutionStarted), ["Timestamp"] = started.Timestamp, ["FunctionName"] = started.Name, ["Generation"] = started.Generation,
        },
        _ => new() { ["EventType"] = told.EventType.ToString(), ["Timestamp"] = told.Timestamp },
    };

    private async Task ShowAsync(HttpContext http)
    {
        if (await Client.GetInstanceAsync(Id(http), getInputsAndOutputs: true, http.RequestAborted) is not { } instance)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var shown = Show(instance, Asks(http, "showInput", whenSilent: true));
        if (Asks(http, "showHistory", whenSilent: false))
        {
            shown["historyEvents"] = (await Client.GetOrchestrationHistoryAsync(instance.InstanceId, http.RequestAborted)).Select(Show);
        }

        http.Response.StatusCode = instance.IsCompleted ? StatusCodes.Status200OK : StatusCodes.Status202Accepted;
        await http.Response.WriteAsJsonAsync(shown, http.RequestAborted);
    }

    private async Task ListAsync(HttpContext http)
    {
        var query = new OrchestrationQuery
        {
            InstanceIdPrefix = http.Request.Query["instanceIdPrefix"].FirstOrDefault(),
            Statuses = http.Request.Query["runtimeStatus"].FirstOrDefault()?.Split(',').Select(Enum.Parse<OrchestrationRuntimeStatus>),
            FetchInputsAndOutputs = true,
        };
        List<object> all = [];
        await foreach (var instance in Client.GetAllInstancesAsync(query).WithCancellation(http.RequestAborted))
        {
            all.Add(Show(instance, Asks(http, "showInput", whenSilent: true)));
        }

        await http.Response.WriteAsJsonAsync(all, http.RequestAborted);
    }

    private async Task PurgeAsync(HttpContext http)
    {
        var purged = await Client.PurgeInstanceAsync(Id(http), http.RequestAborted);
        http.Response.StatusCode = purged.PurgedInstanceCount > 0 ? StatusCodes.Status200OK : StatusCodes.Status404NotFound;
        await http.Response.WriteAsJsonAsync(new { instancesDeleted = purged.PurgedInstanceCount }, http.RequestAborted);
    }

    private async Task CommandAsync(HttpContext http, Func<string, Task> command)
    {
        var instance = await Client.GetInstanceAsync(Id(http), http.RequestAborted);
        if (instance is { IsCompleted: false })
        {
            await command(instance.InstanceId);
        }

        http.Response.StatusCode = instance switch
        {
            null => StatusCodes.Status404NotFound,
            { IsCompleted: true } => StatusCodes.Status410Gone,
            _ => StatusCodes.Status202Accepted,
        };
    }
}
