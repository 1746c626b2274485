namespace Embedded.DurableTask.Store;

/// <summary>History rows 0 to <paramref name="Rows"/> - 1 of a past generation that wait to be deleted.</summary>
internal readonly record struct StaleHistory(int Generation, int Rows);
