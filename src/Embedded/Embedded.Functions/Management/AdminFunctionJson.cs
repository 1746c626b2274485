using Embedded.Functions.Discovery;
using Embedded.Functions.Settings;
using Microsoft.Azure.Functions.Worker;
using Newtonsoft.Json.Linq;

namespace Embedded.Functions.Management;

/// <summary>A function as the admin API lists it. What needs the platform's file system is null.</summary>
internal static class AdminFunctionJson
{
    public static JObject Of(FunctionDescriptor function, HostJson host, string address) => new()
    {
        ["name"] = function.Name,
        ["script_root_path_href"] = null,
        ["script_href"] = null,
        ["config_href"] = null,
        ["test_data_href"] = null,
        ["href"] = $"{address}/admin/functions/{function.Name}",
        ["invoke_url_template"] = function.Trigger is FunctionTrigger.Http http ? Url(address, host, http) : null,
        ["language"] = "dotnet-isolated",
        ["config"] = new JObject
        {
            ["name"] = function.Name,
            ["entryPoint"] = function.Definition.EntryPoint,
            ["scriptFile"] = Path.GetFileName(function.Definition.PathToAssembly),
            ["language"] = "dotnet-isolated",
            ["functionDirectory"] = string.Empty,
            ["bindings"] = new JArray(Bindings(function)),
        },
        ["files"] = null,
        ["test_data"] = string.Empty,
        ["isDisabled"] = false,
        ["isDirect"] = false,
        ["isProxy"] = false,
    };

    public static string Url(string address, HostJson host, FunctionTrigger.Http trigger) =>
        string.Join('/', new[] { address, host.RoutePrefix, trigger.Route }.Where(part => part.Length > 0));

    private static IEnumerable<JObject> Bindings(FunctionDescriptor function)
    {
        yield return Trigger(function);
        foreach (var binding in function.Definition.InputBindings.Values.Where(binding => binding.Name != function.Trigger.ParameterName))
        {
            yield return Binding(binding);
        }

        foreach (var binding in function.Definition.OutputBindings.Values)
        {
            yield return Binding(binding);
        }
    }

    private static JObject Trigger(FunctionDescriptor function)
    {
        var binding = Binding(function.Definition.InputBindings[function.Trigger.ParameterName]);
        switch (function.Trigger)
        {
            case FunctionTrigger.Http http:
                binding["authLevel"] = http.AuthLevel.ToString();
                binding["methods"] = new JArray(http.Methods);
                binding["route"] = http.Route;
                break;
            case FunctionTrigger.Timer timer:
                binding["schedule"] = timer.Schedule;
                binding["runOnStartup"] = timer.RunOnStartup;
                break;
            case FunctionTrigger.Activity when function.Definition.Parameters.Any(p => p.Name == function.Trigger.ParameterName && p.Type == typeof(string)):
                binding["dataType"] = "String";
                break;
        }

        return binding;
    }

    private static JObject Binding(BindingMetadata binding) => new()
    {
        ["name"] = binding.Name,
        ["type"] = binding.Type,
        ["direction"] = binding.Direction.ToString(),
    };
}
