using Embedded.DurableTask.Store;

namespace Embedded.DurableTask.Hosting;

/// <summary>
/// Deletes histories of past executions. The rows go as stowaways of commits that are made anyway, and the head says in the same
/// commit how many are left: nothing has to be searched for, before a crash or after it.
/// </summary>
internal static class StaleSweep
{
    /// <summary>Adds deletions while there is room; answers with the head that knows of them.</summary>
    public static InstanceHead Append(InstanceHead head, List<StoreWrite> writes, int limit)
    {
        if (head.Stale.Count == 0)
        {
            return head;
        }

        var stale = new Stack<StaleHistory>(head.Stale);
        while (writes.Count < limit && stale.TryPop(out var history))
        {
            if (history.Rows > 0)
            {
                writes.Add(new StoreWrite.DeleteHistory(head.InstanceId, history.Generation, history.Rows - 1));
                stale.Push(history with { Rows = history.Rows - 1 });
            }
        }

        while (stale.TryPeek(out var next) && next.Rows == 0)
        {
            stale.Pop();
        }

        return head with { Stale = [.. stale.Reverse()] };
    }
}
