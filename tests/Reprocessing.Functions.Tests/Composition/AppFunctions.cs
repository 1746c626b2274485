namespace Reprocessing.Functions.Tests.Composition;

internal static class AppFunctions
{
    public static IReadOnlyList<MethodInfo> All { get; } =
    [
        .. typeof(AppComposition).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(method => method.IsDefined(typeof(FunctionAttribute))),
    ];
}
