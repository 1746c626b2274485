using System.Reflection;

namespace Embedded.Functions.Invocation;

/// <summary>Reads what a method of a given return type gave back, awaiting it if it must be awaited.</summary>
internal static class ReturnedValue
{
    public static Func<object?, ValueTask<object?>> ReaderOf(Type returnType)
    {
        if (returnType == typeof(Task))
        {
            return OfTask;
        }

        if (returnType == typeof(ValueTask))
        {
            return OfValueTask;
        }

        if (returnType.IsGenericType && returnType.GetGenericTypeDefinition() is var definition)
        {
            if (definition == typeof(Task<>))
            {
                return Generic(nameof(OfTaskOf), returnType);
            }

            if (definition == typeof(ValueTask<>))
            {
                return Generic(nameof(OfValueTaskOf), returnType);
            }
        }

        return ValueTask.FromResult;
    }

    private static Func<object?, ValueTask<object?>> Generic(string reader, Type returnType) =>
        typeof(ReturnedValue)
            .GetMethod(reader, BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(returnType.GetGenericArguments())
            .CreateDelegate<Func<object?, ValueTask<object?>>>();

    // No ConfigureAwait in any of these: an orchestrator resumes on the thread that drives it.
    private static async ValueTask<object?> OfTask(object? returned)
    {
        await (Task)(returned ?? throw NoTask());
        return null;
    }

    private static async ValueTask<object?> OfValueTask(object? returned)
    {
        await (ValueTask)returned!;
        return null;
    }

    private static async ValueTask<object?> OfTaskOf<T>(object? returned) => await (Task<T>)(returned ?? throw NoTask());

    private static async ValueTask<object?> OfValueTaskOf<T>(object? returned) => await (ValueTask<T>)returned!;

    private static InvalidOperationException NoTask() => new("The function returned null where a task was expected.");
}
