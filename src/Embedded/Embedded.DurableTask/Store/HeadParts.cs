namespace Embedded.DurableTask.Store;

/// <summary>What a merge of a head writes. A large input is not sent again with every turn.</summary>
[Flags]
internal enum HeadParts
{
    /// <summary>Status, output, failure, custom status.</summary>
    State = 1,

    /// <summary>Generation, version, input.</summary>
    Execution = 2,

    /// <summary>The list of stale histories.</summary>
    Stale = 4,

    /// <summary>Recent history, number of history rows, time of the change: what every turn writes.</summary>
    Progress = 8,

    All = State | Execution | Stale | Progress,
}
