namespace Embedded.Functions.Discovery;

/// <summary>All functions of the app, by name.</summary>
internal sealed class FunctionCatalog(IReadOnlyList<FunctionDescriptor> functions)
{
    public IReadOnlyList<FunctionDescriptor> All { get; } = functions;

    public FunctionDescriptor? Find(string name) =>
        All.FirstOrDefault(function => function.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    public IEnumerable<(FunctionDescriptor Function, TTrigger Trigger)> With<TTrigger>()
        where TTrigger : FunctionTrigger =>
        from function in All
        let trigger = function.Trigger as TTrigger
        where trigger is not null
        select (function, trigger);
}
