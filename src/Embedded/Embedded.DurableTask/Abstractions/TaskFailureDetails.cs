namespace Microsoft.DurableTask;

/// <summary>A failure as data: what is kept of an exception that crossed a durable boundary.</summary>
/// <param name="ErrorType">Full name of the exception's type.</param>
/// <param name="ErrorMessage">The exception's message.</param>
/// <param name="StackTrace">Null if the exception was never thrown.</param>
/// <param name="InnerFailure">The failure of the inner exception.</param>
/// <param name="Properties">Further properties of the exception.</param>
public record TaskFailureDetails(
    string ErrorType,
    string ErrorMessage,
    string? StackTrace,
    TaskFailureDetails? InnerFailure,
    IDictionary<string, object?>? Properties)
{
    public static TaskFailureDetails FromException(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return new TaskFailureDetails(
            exception.GetType().ToString(),
            exception.Message,
            exception.StackTrace,
            exception.InnerException is { } inner ? FromException(inner) : null,
            null);
    }

    /// <summary>Whether the failed exception was a <typeparamref name="T"/> or derived from it; inner failures do not count.</summary>
    public bool IsCausedBy<T>()
        where T : Exception => ErrorTypes.IsAssignable(ErrorType, typeof(T));

    /// <inheritdoc cref="IsCausedBy{T}"/>
    public bool IsCausedBy(Type targetBaseExceptionType)
    {
        ArgumentNullException.ThrowIfNull(targetBaseExceptionType);
        if (!typeof(Exception).IsAssignableFrom(targetBaseExceptionType))
        {
            throw new ArgumentException(
                $"The type {targetBaseExceptionType} is not an exception.", nameof(targetBaseExceptionType));
        }

        return ErrorTypes.IsAssignable(ErrorType, targetBaseExceptionType);
    }

    public override string ToString() => $"{ErrorType}: {ErrorMessage}";
}
