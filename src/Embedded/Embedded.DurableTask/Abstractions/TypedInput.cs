namespace Microsoft.DurableTask;

/// <summary>The untyped input of a class-based task as the type it declares.</summary>
internal static class TypedInput
{
    public static TInput Of<TInput>(object? input) => input switch
    {
        null => default!,
        TInput typed => typed,
        _ => throw new ArgumentException(
            $"The input is a {input.GetType()} and the task takes a {typeof(TInput)}.", nameof(input)),
    };
}
