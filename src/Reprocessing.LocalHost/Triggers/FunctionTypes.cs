using System.Reflection;
using System.Reflection.Emit;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;

namespace Reprocessing.LocalHost.Triggers;

/// <summary>
/// Declares the app's functions to the WebJobs SDK, which indexes methods with trigger attributes: an emitted class with a method for each
/// function that a listener of the SDK triggers. HTTP functions are not among them.
/// </summary>
internal sealed class FunctionTypes : ITypeLocator
{
    /// <summary>The real host's name: schedule statuses and locks have it in their paths.</summary>
    private const string TypeName = "Host.Functions";

    private const BindingFlags Inherited = BindingFlags.Instance | BindingFlags.NonPublic;
    private readonly Type _type;

    public FunctionTypes(FunctionApp app)
    {
        var module = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Host.Functions"), AssemblyBuilderAccess.Run).DefineDynamicModule("Functions");
        var type = module.DefineType(TypeName, TypeAttributes.Public | TypeAttributes.Class, typeof(WorkerFunctions));
        EmitConstructor(type);
        foreach (var function in app.Functions.Where(f => f.Kind != TriggerKind.Http))
        {
            Emit(type, function);
        }

        ClientKeys = [.. app.Functions.SelectMany(f => f.DurableClients).DistinctBy(DurableClients.Key).Select(client => EmitClient(type, client))];
        _type = type.CreateType();
    }

    /// <summary>Names of the methods that fetch the durable clients' data.</summary>
    public IReadOnlyList<string> ClientKeys { get; }

    public IReadOnlyList<Type> GetTypes() => [_type];

    public MethodInfo Method(string name) => _type.GetMethod(name)!;

    private static void EmitConstructor(TypeBuilder type)
    {
        var il = type.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, [typeof(IServiceProvider)]).GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Call, typeof(WorkerFunctions).GetConstructors(Inherited).Single());
        il.Emit(OpCodes.Ret);
    }

    private static void Emit(TypeBuilder type, FunctionDefinition function)
    {
        var timer = function.Kind == TriggerKind.Timer;
        var activity = function.Kind == TriggerKind.Activity;
        Type[] parameters = timer ? [typeof(TimerInfo), typeof(CancellationToken)]
            : activity ? [typeof(string), typeof(string), typeof(CancellationToken)]
            : [typeof(string), typeof(CancellationToken)];
        var method = Define(type, function.Name, timer ? typeof(Task) : typeof(Task<object>), parameters);
        method.DefineParameter(1, ParameterAttributes.None, function.Trigger.Name).SetCustomAttribute(TriggerAttribute(function));
        if (activity)
        {
            // By its name the SDK finds it in the activity's binding data.
            method.DefineParameter(2, ParameterAttributes.None, "instanceId");
        }

        method.DefineParameter(parameters.Length, ParameterAttributes.None, "cancellationToken");
        var il = method.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldstr, function.Name);
        il.Emit(OpCodes.Ldarg_1);
        if (!timer)
        {
            il.Emit(activity ? OpCodes.Ldarg_2 : OpCodes.Ldnull);
        }

        il.Emit(activity ? OpCodes.Ldarg_3 : OpCodes.Ldarg_2);
        il.Emit(OpCodes.Call, typeof(WorkerFunctions).GetMethod(timer ? "CallTimer" : "CallDurable", Inherited)!);
        il.Emit(OpCodes.Ret);
    }

    private static string EmitClient(TypeBuilder type, BindingDefinition client)
    {
        var key = DurableClients.Key(client);
        var method = Define(type, key, typeof(void), [typeof(string)]);
        method.SetCustomAttribute(Attribute<NoAutomaticTriggerAttribute>([]));
        method.DefineParameter(1, ParameterAttributes.None, "client").SetCustomAttribute(Attribute<DurableClientAttribute>([],
            (nameof(DurableClientAttribute.TaskHub), DurableClients.TaskHub(client)), (nameof(DurableClientAttribute.ConnectionName), DurableClients.Connection(client))));
        var il = method.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldstr, key);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Call, typeof(WorkerFunctions).GetMethod("KeepClient", Inherited)!);
        il.Emit(OpCodes.Ret);
        return key;
    }

    private static MethodBuilder Define(TypeBuilder type, string name, Type result, Type[] parameters)
    {
        var method = type.DefineMethod(name, MethodAttributes.Public, result, parameters);
        method.SetCustomAttribute(Attribute<FunctionNameAttribute>([name]));
        return method;
    }

    private static CustomAttributeBuilder TriggerAttribute(FunctionDefinition function)
    {
        var trigger = function.Trigger;
        return function.Kind switch
        {
            TriggerKind.Orchestration => Attribute<OrchestrationTriggerAttribute>([], (nameof(OrchestrationTriggerAttribute.Orchestration), trigger.Text("orchestration"))),
            TriggerKind.Activity => Attribute<ActivityTriggerAttribute>([], (nameof(ActivityTriggerAttribute.Activity), trigger.Text("activity"))),
            TriggerKind.Entity => Attribute<EntityTriggerAttribute>([], (nameof(EntityTriggerAttribute.EntityName), trigger.Text("entityName"))),
            TriggerKind.Timer => Attribute<TimerTriggerAttribute>(
                [trigger.Text("schedule") ?? throw new StartException($"functions.metadata is broken: timer function {function.Name} has no schedule.")],
                (nameof(TimerTriggerAttribute.UseMonitor), trigger.Flag("useMonitor")), (nameof(TimerTriggerAttribute.RunOnStartup), trigger.Flag("runOnStartup"))),
            _ => throw new InvalidOperationException($"No listener of the SDK triggers {function.Name}."),
        };
    }

    /// <summary>Properties without a value keep the attribute's default.</summary>
    private static CustomAttributeBuilder Attribute<T>(object[] arguments, params ReadOnlySpan<(string Name, object? Value)> properties)
    {
        List<PropertyInfo> names = [];
        List<object> values = [];
        foreach (var (name, value) in properties)
        {
            if (value is not null)
            {
                names.Add(typeof(T).GetProperty(name)!);
                values.Add(value);
            }
        }

        return new CustomAttributeBuilder(typeof(T).GetConstructor([.. arguments.Select(a => a.GetType())])!, arguments, [.. names], [.. values]);
    }
}

/// <summary>What the emitted class of all triggered functions inherits (hence public): each of its methods hands its call to the worker.</summary>
public abstract class WorkerFunctions
{
    private readonly IServiceProvider _services;

    protected WorkerFunctions(IServiceProvider services) => _services = services;

    private TriggerDispatcher Dispatcher => _services.GetRequiredService<TriggerDispatcher>();

    /// <summary>An orchestrator, activity or entity.</summary>
    protected Task<object?> CallDurable(string function, string? input, string? instanceId, CancellationToken cancellationToken)
        => Dispatcher.CallDurableAsync(function, input, instanceId, cancellationToken);

    protected Task CallTimer(string function, TimerInfo timer, CancellationToken cancellationToken)
        => Dispatcher.CallTimerAsync(function, timer, cancellationToken);

    /// <summary>Keeps the binding data of a durable client, which the extension has computed.</summary>
    protected void KeepClient(string key, string client) => _services.GetRequiredService<DurableClients>().Keep(key, client);
}
