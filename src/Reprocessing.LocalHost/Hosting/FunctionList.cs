namespace Reprocessing.LocalHost.Hosting;

/// <summary>Prints what there is to call, as func start does.</summary>
internal sealed class FunctionList(FunctionApp app, HttpTriggers http, HostIdentity identity, Access access)
{
    public void Write(bool showKeys)
    {
        var lines = new List<string> { "", "Functions:", "" };
        foreach (var function in app.Functions.OrderBy(f => f.Kind).ThenBy(f => f.Name, StringComparer.OrdinalIgnoreCase))
        {
            lines.Add($"    {function.Name}: {Describe(function)}");
        }

        lines.Add("");
        if (showKeys)
        {
            lines.AddRange(access.Keys is { } keys
                ? ["Keys:", "", $"    host:   {keys.Default}", $"    system: {keys.System} ({HostKeys.DurableTask})", $"    master: {keys.Master}", ""]
                : ["No keys are asked for: the environment is Development.", ""]);
        }

        Console.Out.WriteLine(string.Join(Environment.NewLine, lines));
    }

    private string Describe(FunctionDefinition function) => function.Kind switch
    {
        TriggerKind.Http => $"[{(HttpTriggers.Methods(function) is { Count: > 0 } methods ? string.Join(',', methods) : "ALL")}] {identity.Root.GetLeftPart(UriPartial.Authority)}{http.Route(function)}",
        TriggerKind.Timer => $"{function.Trigger.Type} {function.Trigger.Text("schedule")}",
        _ => function.Trigger.Type,
    };
}
