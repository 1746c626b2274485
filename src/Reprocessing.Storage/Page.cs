namespace Reprocessing.Storage;

/// <param name="Next">Opaque; hand it back for the page that follows. Null on the last page.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);
