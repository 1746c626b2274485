using Reprocessing.Domain.DeadLetters;

namespace Reprocessing.Storage.DeadLetters;

/// <summary>The kinds of failures that there are or were, by the last census, and what people have said of them.</summary>
public interface IFailureGroups
{
    /// <summary>Those with the most open entries first, then the ones that were seen last.</summary>
    /// <param name="state">Null for all.</param>
    /// <exception cref="FormatException">The token is none of ours.</exception>
    Task<Page<FailureGroup>> ListAsync(FailureGroupState? state, int limit, string? token, CancellationToken cancellationToken);

    /// <summary>Null when no entry of it was ever counted.</summary>
    Task<FoundFailureGroup?> GetAsync(string fingerprint, CancellationToken cancellationToken);

    /// <summary>Puts it aside or takes it up again; what is so already is not written.</summary>
    /// <param name="mayChange">Asked with what is there before it is changed; by its tag, the caller may refuse.</param>
    /// <returns>As it is now; null when there is none.</returns>
    /// <exception cref="Jobs.PreconditionFailedException">The caller refused.</exception>
    Task<FoundFailureGroup?> EditAsync(
        string fingerprint, FailureGroupDemand demand, Func<string, bool> mayChange, CancellationToken cancellationToken);
}

/// <param name="Tag">Opaque; another one once anything of it was written, its counts apart.</param>
/// <param name="Edit">What was said of it last.</param>
public sealed record FoundFailureGroup(FailureGroup Group, string Tag, FailureGroupEdit? Edit);

/// <param name="Note">Null keeps the one there is while the state stays.</param>
public sealed record FailureGroupDemand(bool IsArchived, string? Note, string By);
