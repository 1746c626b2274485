using System.Collections.Concurrent;

namespace Microsoft.DurableTask;

/// <summary>Finds the exception type behind a recorded name. A name that nobody knows here matches only itself.</summary>
internal static class ErrorTypes
{
    // Loading of assemblies can make a name known later, so only what was found is remembered.
    private static readonly ConcurrentDictionary<string, Type> Known = new(StringComparer.Ordinal);

    public static bool IsAssignable(string errorType, Type target)
    {
        if (string.Equals(errorType, target.FullName, StringComparison.Ordinal))
        {
            return true;
        }

        return !string.IsNullOrEmpty(errorType) && Find(errorType, target) is { } found && target.IsAssignableFrom(found);
    }

    // As the platform looks: the core library, the asker's assembly, then everywhere.
    private static Type? Find(string errorType, Type target) =>
        Type.GetType(errorType) ?? target.Assembly.GetType(errorType) ?? FindAnywhere(errorType);

    private static Type? FindAnywhere(string errorType)
    {
        if (Known.TryGetValue(errorType, out var known))
        {
            return known;
        }

        var found = AppDomain.CurrentDomain.GetAssemblies()
            .Select(assembly => assembly.GetType(errorType, throwOnError: false))
            .FirstOrDefault(static type => type is not null && typeof(Exception).IsAssignableFrom(type));
        return found is null ? null : Known.GetOrAdd(errorType, found);
    }
}
