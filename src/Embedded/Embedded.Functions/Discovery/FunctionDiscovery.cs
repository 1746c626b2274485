using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Embedded.Functions.Binding;
using Embedded.Functions.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Embedded.Functions.Discovery;

/// <summary>Finds the methods marked with Function and says everything that is wrong with them at once.</summary>
internal static partial class FunctionDiscovery
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static FunctionCatalog Discover(EmbeddedHostOptions options, ICollection<string> problems)
    {
        var functions = new List<FunctionDescriptor>();
        foreach (var method in (options.FunctionTypes ?? options.FunctionsAssembly.GetTypes()).SelectMany(type => type.GetMethods(Declared)))
        {
            if (method.GetCustomAttribute<FunctionAttribute>() is { } attribute && Describe(method, attribute.Name, problems) is { } function)
            {
                functions.Add(function);
            }
        }

        AddRepeated(functions, function => function.Name, "Function", problems);
        AddRepeated(functions, function => (function.Trigger as FunctionTrigger.Orchestration)?.Name, "Orchestrator", problems);
        AddRepeated(functions, function => (function.Trigger as FunctionTrigger.Activity)?.Name, "Activity", problems);
        return new FunctionCatalog([.. functions.DistinctBy(function => function.Name, StringComparer.OrdinalIgnoreCase).OrderBy(function => function.Name, StringComparer.Ordinal)]);
    }

    public static string EntryPoint(MethodInfo method) => $"{method.DeclaringType?.FullName}.{method.Name}";

    private static void AddRepeated(
        List<FunctionDescriptor> functions, Func<FunctionDescriptor, string?> nameOf, string kind, ICollection<string> problems)
    {
        foreach (var same in functions.Where(function => nameOf(function) is not null).GroupBy(nameOf, StringComparer.OrdinalIgnoreCase))
        {
            var places = same.Select(function => EntryPoint(function.Method)).ToList();
            if (places.Count > 1)
            {
                problems.Add($"{kind} '{same.Key}' is declared by {string.Join(" and ", places)}: names are unique.");
            }
        }
    }

    private static FunctionDescriptor? Describe(MethodInfo method, string name, ICollection<string> problems)
    {
        var found = new List<string>();
        var trigger = Trigger(method, name, found);
        found.AddRange(ProblemsOf(method, name));
        var arguments = trigger is null ? [] : ArgumentPlan.For(method, trigger, found);
        foreach (var problem in found)
        {
            problems.Add($"Function '{name}' ({EntryPoint(method)}): {problem}");
        }

        return trigger is null || found.Count > 0
            ? null
            : new FunctionDescriptor(name, method, trigger, arguments, new DiscoveredDefinition(name, method, trigger));
    }

    private static FunctionTrigger? Trigger(MethodInfo method, string name, List<string> problems)
    {
        var marked = method.GetParameters()
            .SelectMany(parameter => parameter.GetCustomAttributes<TriggerBindingAttribute>(), (parameter, attribute) => (parameter, attribute))
            .ToList();
        if (marked is not [var (parameter, attribute)])
        {
            problems.Add(marked.Count == 0 ? "no parameter has a trigger attribute." : "more than one parameter has a trigger attribute.");
            return null;
        }

        var parameterName = parameter.Name ?? string.Empty;
        switch (attribute)
        {
            case HttpTriggerAttribute http:
                return new FunctionTrigger.Http(parameterName, (http.Route ?? name).Trim('/'), http.Methods ?? [], http.AuthLevel);
            case TimerTriggerAttribute timer:
                return new FunctionTrigger.Timer(parameterName, timer.Schedule, timer.RunOnStartup, timer.UseMonitor);
            case ActivityTriggerAttribute activity:
                return new FunctionTrigger.Activity(parameterName, activity.Activity ?? name);
            case OrchestrationTriggerAttribute orchestration:
                return new FunctionTrigger.Orchestration(parameterName, orchestration.Orchestration ?? name);
            default:
                problems.Add($"the trigger {attribute.GetType().Name} is not one that this host knows.");
                return null;
        }
    }

    private static IEnumerable<string> ProblemsOf(MethodInfo method, string name)
    {
        if (!NameRule().IsMatch(name) || name.Equals("host", StringComparison.OrdinalIgnoreCase))
        {
            yield return "the name must be a letter and up to 127 letters, digits, '-' and '_', and not 'host'.";
        }

        if (!method.IsPublic)
        {
            yield return "the method must be public.";
        }

        if (method.ContainsGenericParameters || (!method.IsStatic && method.DeclaringType is { IsAbstract: true }))
        {
            yield return "the method and its class must be neither generic nor abstract.";
        }

        if (method.ReturnType == typeof(void) && method.IsDefined(typeof(AsyncStateMachineAttribute)))
        {
            yield return "an async function returns a Task: nobody can wait for async void.";
        }
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_-]{0,127}$")]
    private static partial Regex NameRule();
}
