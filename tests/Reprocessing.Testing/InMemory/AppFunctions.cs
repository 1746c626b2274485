using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Reprocessing.Testing.InMemory;

/// <param name="Trigger">The parameter that the trigger's attribute stands on.</param>
internal sealed record AppFunction(string Name, MethodInfo Method, ParameterInfo Trigger)
{
    public bool Has<TTrigger>()
        where TTrigger : TriggerBindingAttribute => Trigger.GetCustomAttribute<TTrigger>() is not null;
}

/// <summary>The functions of an app, by their attributes.</summary>
internal sealed class AppFunctions
{
    private const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private readonly List<AppFunction> _all = [];

    public AppFunctions(Assembly assembly)
    {
        foreach (var method in assembly.GetTypes().SelectMany(type => type.GetMethods(Any)))
        {
            if (method.GetCustomAttribute<FunctionAttribute>() is { } function)
            {
                _all.Add(new(function.Name, method, method.GetParameters().Single(parameter => parameter.GetCustomAttribute<TriggerBindingAttribute>() is not null)));
            }
        }
    }

    public IEnumerable<AppFunction> With<TTrigger>()
        where TTrigger : TriggerBindingAttribute => _all.Where(function => function.Has<TTrigger>());

    public AppFunction Get<TTrigger>(string name)
        where TTrigger : TriggerBindingAttribute =>
        With<TTrigger>().FirstOrDefault(function => function.Name == name)
        ?? throw new ArgumentException($"The app has no function {name} with a {typeof(TTrigger).Name}.", nameof(name));
}
