using Reprocessing.Domain.Jobs;
using Reprocessing.Domain.Names;

namespace Reprocessing.Storage.Jobs;

/// <summary>Which jobs; null does not narrow.</summary>
public sealed record JobQuery(JobState? State = null, JobOperation? Operation = null)
{
    internal bool Matches(JobRecord job) => (State ?? job.State) == job.State && (Operation ?? job.Operation) == job.Operation;

    /// <summary>Put before a token, so that it leads on in the list that it is of and in no other. Empty for all jobs.</summary>
    internal string Mark => this == new JobQuery() ? string.Empty
        : $"{(State is { } state ? StableNames.Of(state) : null)}/{(Operation is { } operation ? StableNames.Of(operation) : null)}/";
}
