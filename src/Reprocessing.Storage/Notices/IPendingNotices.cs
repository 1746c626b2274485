using Reprocessing.Domain.Notices;

namespace Reprocessing.Storage.Notices;

/// <summary>
/// What is to be told outside and may not have been handed over yet. A notice is put here before or with what it tells of and
/// taken out when somebody else has it safely; a crash in between leaves it here to be handed over again.
/// </summary>
public interface IPendingNotices
{
    /// <summary>The same notice twice is one.</summary>
    Task AddAsync(IReadOnlyCollection<Notice> notices, CancellationToken cancellationToken);

    /// <summary>Oldest first.</summary>
    /// <exception cref="FormatException">The token is none of ours.</exception>
    Task<Page<Notice>> ListAsync(int limit, string? token, CancellationToken cancellationToken);

    /// <summary>Removing what is not there is no fault.</summary>
    Task RemoveAsync(Notice notice, CancellationToken cancellationToken);
}
