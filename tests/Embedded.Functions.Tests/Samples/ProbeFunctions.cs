using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Embedded.Functions.Tests.Samples;

public sealed record Parcel(string A, int? B, DateTime When, DayOfWeek Day, List<string>? Items, double D);

/// <summary>The probes of the real platform that concern how arguments are bound.</summary>
public static class ProbeFunctions
{
    [Function("Echo")]
    public static Parcel? Echo([ActivityTrigger] Parcel? r) => r;

    [Function("NoInput")]
    public static string NoInput([ActivityTrigger] FunctionContext ctx) =>
        "noinput:" + ctx.FunctionDefinition.Name + ":" + (ctx.BindingContext.BindingData.ContainsKey("instanceId") ? "has instanceId" : "nothing");

    [Function("InstId")]
    public static string InstId([ActivityTrigger] string s, string instanceId) => s + ":" + (instanceId is not null);

    [Function("Amount")]
    public static int Amount([ActivityTrigger] int amount) => amount;

    [Function("RoundTrip")]
    public static async Task<object> RoundTrip([OrchestrationTrigger] TaskOrchestrationContext c, Parcel input)
    {
        c.SetCustomStatus(new { step = 1, Name = "x" });
        var e = await c.CallActivityAsync<Parcel>("Echo", input);
        var n = await c.CallActivityAsync<Parcel?>("Echo");
        return new
        {
            e,
            isNull = n is null,
            noinput = await c.CallActivityAsync<string>("NoInput"),
            inst = await c.CallActivityAsync<string>("InstId", "s"),
            same = c.GetInput<Parcel>() == input,
        };
    }

    [Function("BadInput")]
    public static async Task<string> BadInput([OrchestrationTrigger] TaskOrchestrationContext c)
    {
        try
        {
            return (await c.CallActivityAsync<int>("Amount", "no number")).ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (TaskFailedException exception)
        {
            return exception.FailureDetails.ToString();
        }
    }
}
