using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Store;

namespace Embedded.DurableTask.Hosting;

/// <summary>What a turn changes, as one unit of rows.</summary>
internal sealed record TurnCommit(InstanceHead Head, IReadOnlyList<StoreWrite> Writes, OutboxBatch? Outbox, TurnResult Result);

/// <summary>What a turn started from.</summary>
/// <param name="Head">As committed before.</param>
/// <param name="Execution">The execution that ran.</param>
/// <param name="Arrived">What it handled.</param>
/// <param name="OpenChildren">Sub-orchestrations that have not ended and are to end with the instance.</param>
/// <param name="Now">The turn's time.</param>
internal sealed record TurnStart(
    InstanceHead Head, int Execution, IReadOnlyList<Arrival> Arrived, IReadOnlyList<string> OpenChildren, DateTimeOffset Now);
