using Embedded.Functions.Discovery;
using Embedded.Functions.Durable;
using Embedded.Functions.Keys;
using Embedded.Functions.Management;
using Microsoft.Extensions.Logging;

namespace Embedded.Functions.Hosting;

/// <summary>What a developer reads first: the functions with their addresses, and that the host is ready.</summary>
internal sealed class HostBanner(FunctionCatalog catalog, HostFacts facts, KeyGuard keys, ILoggerFactory loggers)
{
    private readonly ILogger _logger = loggers.CreateLogger(LogCategory.Startup);

    public void Show(Uri address)
    {
        var authority = address.GetLeftPart(UriPartial.Authority);
        Log.Functions(_logger);
        foreach (var function in catalog.All)
        {
            Log.Function(_logger, function.Name, Describe(function.Trigger, authority));
        }

        Log.Keys(_logger, keys.IsOn
            ? $"on; they are in table '{facts.TableName}', partition '{KeyStore.Partition}', and --show-keys=true prints them"
            : "off, as this is local development");
        ShowKeys();
        Log.HostStarted(_logger, authority, facts.EnvironmentName, facts.Host.HubName, authority + ManagementLinks.BasePath);
    }

    private string Describe(FunctionTrigger trigger, string authority) => trigger switch
    {
        FunctionTrigger.Http http =>
            $"[{(http.Methods.Count == 0 ? "ANY" : string.Join(',', http.Methods.Select(method => method.ToUpperInvariant())))}] "
            + AdminFunctionJson.Url(authority, facts.Host, http),
        FunctionTrigger.Timer timer => $"{timer.Type} {timer.Schedule}",
        _ => trigger.Type,
    };

    private void ShowKeys()
    {
        if (!facts.ShowKeys || keys.Keys is not { } known)
        {
            return;
        }

        Log.Key(_logger, "host master", known.Master);
        Log.Key(_logger, "host default", known.Default);
        Log.Key(_logger, "system durabletask_extension", known.DurableExtension);
        foreach (var (function, key) in known.Functions)
        {
            Log.Key(_logger, $"function {function}", key);
        }
    }
}
