using Reprocessing.Domain.DeadLetters;
using Reprocessing.Domain.Jobs;
using Reprocessing.Storage.DeadLetters;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.DeadLetters.Bulk;

/// <summary>What one operation on dead letters makes of its options and of an entry, when it is planned.</summary>
internal interface IDeadLetterPolicy
{
    JobOperation Operation { get; }

    Problem? Check(string? options);

    /// <summary>The entries meant when nothing else is said of their resolution.</summary>
    DeadLetterScope ScopeOf(string? options);

    /// <summary>Null when the entry can be worked on; else why not.</summary>
    string? Refuses(DeadLetterEntry entry, string? options);

    /// <summary>Null when so many may be planned.</summary>
    Problem? CheckCount(int count, string? options) => null;
}

internal sealed class RetryPolicy : IDeadLetterPolicy
{
    public JobOperation Operation => JobOperation.Retry;

    public Problem? Check(string? options) =>
        OptionsJson.Read<ReprocessOptions>(options) is var (read, problem) && problem is not null ? problem
        : read.Check() is { Count: > 0 } faults ? Problems.InvalidOptions(faults)
        : null;

    public DeadLetterScope ScopeOf(string? options) => DeadLetterScope.Unresolved;

    public string? Refuses(DeadLetterEntry entry, string? options) => entry.Resolution is not (null or DeadLetterResolution.Escalated)
        ? ItemReasons.AlreadyResolved
        : RetryGuard.Check(entry, OptionsJson.Use<ReprocessOptions>(options).Force);
}

internal sealed class ResolvePolicy : IDeadLetterPolicy
{
    public JobOperation Operation => JobOperation.Resolve;

    public Problem? Check(string? options) =>
        OptionsJson.Read<ResolveOptions>(options) is var (read, problem) && problem is not null ? problem
        : read.Check() is { Count: > 0 } faults ? Problems.InvalidOptions(faults)
        : null;

    public DeadLetterScope ScopeOf(string? options) => DeadLetterScope.Unresolved;

    public string? Refuses(DeadLetterEntry entry, string? options) => entry.Resolution is null
        || (entry.Resolution == DeadLetterResolution.Escalated && OptionsJson.Use<ResolveOptions>(options).Resolution == DeadLetterResolution.Cancelled)
            ? null
            : ItemReasons.AlreadyResolved;
}

internal sealed class PurgePolicy : IDeadLetterPolicy
{
    public JobOperation Operation => JobOperation.Purge;

    public Problem? Check(string? options) =>
        OptionsJson.Read<PurgeOptions>(options) is var (read, problem) && problem is not null ? problem
        : read.Check() is { Count: > 0 } faults ? Problems.InvalidOptions(faults)
        : null;

    public DeadLetterScope ScopeOf(string? options) =>
        OptionsJson.Use<PurgeOptions>(options).Force ? DeadLetterScope.Any : DeadLetterScope.Resolved;

    public string? Refuses(DeadLetterEntry entry, string? options) =>
        entry.Resolution is null && !OptionsJson.Use<PurgeOptions>(options).Force ? ItemReasons.NotResolved : null;

    public Problem? CheckCount(int count, string? options) =>
        OptionsJson.Use<PurgeOptions>(options).CheckCount(count) is { } fault ? Problems.InvalidOptions(fault) : null;
}
