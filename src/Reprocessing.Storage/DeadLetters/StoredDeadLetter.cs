using Azure;
using Reprocessing.Domain.DeadLetters;

namespace Reprocessing.Storage.DeadLetters;

/// <summary>An entry as it was read, with what guards a change of it.</summary>
internal sealed record StoredDeadLetter(DeadLetterEntry Entry, string RowKey, ETag ETag);
