namespace Reprocessing.Domain.DeadLetters;

/// <param name="Author">Empty where it was written before authors were kept.</param>
public sealed record DeadLetterNote(string Text, string Author, DateTimeOffset At);
