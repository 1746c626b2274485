using Embedded.Functions.Durable;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;
using Newtonsoft.Json.Linq;

namespace Embedded.Functions.Management;

/// <summary>Many instances: lists and purges by filter.</summary>
internal sealed class InstanceListRoutes(DurableRuntime durable, TimeProvider time)
{
    private const string ContinuationHeader = "x-ms-continuation-token";
    private const int DefaultPage = 100;
    private const int LargestPage = 1000;

    public async Task ListAsync(HttpContext http)
    {
        string? after;
        try
        {
            after = ManagementQuery.DecodeToken(http.Request.Headers[ContinuationHeader]);
        }
        catch (FormatException exception)
        {
            await Answer.ErrorAsync(http, StatusCodes.Status400BadRequest, "One or more of the arguments submitted is incorrect", exception);
            return;
        }

        var page = await FirstPageAsync(http, after);
        if (page.ContinuationToken is { Length: > 0 } next)
        {
            http.Response.Headers[ContinuationHeader] = ManagementQuery.EncodeToken(next);
        }

        var showInput = ManagementQuery.Flag(http.Request, "showInput", true);
        await Answer.JsonAsync(http, new JArray(page.Values.Select(instance => StatusJson.Of(instance, showInput))));
    }

    public async Task PurgeAsync(HttpContext http)
    {
        if (ManagementQuery.Time(http.Request, "createdTimeFrom") is not { } from)
        {
            await Answer.JsonAsync(http, "Please provide value for 'createdTimeFrom' parameter.", StatusCodes.Status400BadRequest);
            return;
        }

        var filter = new PurgeInstancesFilter(
            from, ManagementQuery.Time(http.Request, "createdTimeTo") ?? time.GetUtcNow(), ManagementQuery.Statuses(http.Request));
        var purged = await durable.Client.PurgeAllInstancesAsync(filter, http.RequestAborted);
        await (purged.PurgedInstanceCount > 0
            ? Answer.JsonAsync(http, new JObject { ["instancesDeleted"] = purged.PurgedInstanceCount })
            : Answer.EmptyAsync(http, StatusCodes.Status404NotFound));
    }

    private async Task<Microsoft.DurableTask.Page<OrchestrationMetadata>> FirstPageAsync(HttpContext http, string? after)
    {
        var top = int.TryParse(http.Request.Query["top"], out var asked) && asked > 0 ? Math.Min(asked, LargestPage) : DefaultPage;
        var query = new OrchestrationQuery(
            ManagementQuery.Time(http.Request, "createdTimeFrom"),
            ManagementQuery.Time(http.Request, "createdTimeTo"),
            ManagementQuery.Statuses(http.Request),
            InstanceIdPrefix: http.Request.Query["instanceIdPrefix"].FirstOrDefault(),
            PageSize: top,
            FetchInputsAndOutputs: true,
            ContinuationToken: after);
        await foreach (var page in durable.Client.GetAllInstancesAsync(query).AsPages(after, top).WithCancellation(http.RequestAborted))
        {
            return page;
        }

        return new Microsoft.DurableTask.Page<OrchestrationMetadata>([]);
    }
}
