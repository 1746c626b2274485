namespace Embedded.DurableTask.Hosting;

/// <summary>A due time of one instance. The order tells entries of the same time apart.</summary>
/// <param name="Due">When.</param>
/// <param name="Order">A running number.</param>
/// <param name="Instance">Whose timer it is.</param>
/// <param name="Generation">The execution that created the timer.</param>
/// <param name="TaskId">The timer's number; null for the start of an instance that waits for its time.</param>
internal sealed record TimerEntry(DateTimeOffset Due, long Order, ActiveInstance Instance, int Generation, int? TaskId);
