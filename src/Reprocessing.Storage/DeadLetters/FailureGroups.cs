namespace Reprocessing.Storage.DeadLetters;

/// <summary>The kinds of failures that there are or were, by the last count, and what people have said of them.</summary>
public interface IFailureGroups
{
    /// <summary>Those with the most open entries first, then the ones that were seen last.</summary>
    Task<Page<FailureGroup>> ListAsync(FailureGroupState? state, int limit, string? token, CancellationToken cancellationToken);

    /// <summary>Null when no entry of it was ever counted.</summary>
    Task<FoundFailureGroup?> GetAsync(string fingerprint, CancellationToken cancellationToken);

    /// <summary>Puts it aside or takes it back; what is so already is not written.</summary>
    /// <param name="mayChange">Asked with what is there before it is changed; by its tag, the caller may refuse.</param>
    Task<FoundFailureGroup?> EditAsync(
        string fingerprint, FailureGroupDemand demand, Func<string, bool> mayChange, CancellationToken cancellationToken);
}

/// <param name="Tag">Opaque; another one once anything of it was written, its counts apart.</param>
public sealed record FoundFailureGroup(FailureGroup Group, string Tag, FailureGroupEdit? Edit);

/// <param name="Note">Null keeps the one there is while the state stays.</param>
public sealed record FailureGroupDemand(bool IsArchived, string? Note, string By);

/// <summary>Counts are as old as the last one that was taken; what people have said is read each time, so that who said it sees it.</summary>
internal sealed class FailureGroupStore(IDeadLetterCounter counter, FailureGroupMarks marks, TimeProvider time) : IFailureGroups
{
    private const int MaxAttempts = 12;

    private const string Unmarked = "unmarked";

    public async Task<Page<FailureGroup>> ListAsync(FailureGroupState? state, int limit, string? token, CancellationToken cancellationToken)
    {
        TableReads.Checked(token, token is null || token.Split('|', 3) is [{ Length: 10 }, { Length: 19 }, _]);
        var found = (await counter.CountAsync(cancellationToken)).Groups;
        var marked = await marks.ReadAsync(cancellationToken);
        var now = time.GetUtcNow();
        var groups =
            from fingerprint in found.Keys.Union(marked.Keys, StringComparer.Ordinal)
            let one = FailureGroup.Of(found.GetValueOrDefault(fingerprint), marked.GetValueOrDefault(fingerprint)?.Mark, now)
            where state is null || one.State == state
            select one;
        return await groups.PageAsync(PositionOf, limit, token);
    }

    public async Task<FoundFailureGroup?> GetAsync(string fingerprint, CancellationToken cancellationToken)
    {
        var found = await CountAsync(fingerprint, cancellationToken);
        return Find(found, await marks.GetAsync(fingerprint, cancellationToken));
    }

    public async Task<FoundFailureGroup?> EditAsync(
        string fingerprint, FailureGroupDemand demand, Func<string, bool> mayChange, CancellationToken cancellationToken)
    {
        var found = await CountAsync(fingerprint, cancellationToken);
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            var stored = await marks.GetAsync(fingerprint, cancellationToken);
            if ((stored?.Mark ?? FailureGroupMark.After(found, null, time.GetUtcNow())) is not { } mark)
            {
                return null;
            }

            if (mark.With(demand.IsArchived, demand.Note, demand.By, time.GetUtcNow()) is not { } edited)
            {
                return Find(found, stored);
            }

            if (!mayChange(stored?.Tag ?? Unmarked))
            {
                break;
            }

            // What was stored, whether or not the answer was lost, the next attempt finds to be so already.
            await marks.TryWriteAsync([(edited, stored)], cancellationToken);
        }

        throw new PreconditionFailedException($"Failure group {fingerprint} has changed since it was read.");
    }

    /// <summary>A group's place in the list. A group whose counts change between two pages may be met twice or not at all.</summary>
    private static string PositionOf(FailureGroup group) => string.Create(
        CultureInfo.InvariantCulture, $"{int.MaxValue - group.OpenCount - group.FailingCount:D10}|{RowKeys.Ticks(RowKeys.Inverted(group.LastSeen))}|{group.Fingerprint}");

    private async Task<FailureGroupCount?> CountAsync(string fingerprint, CancellationToken cancellationToken) =>
        (await counter.CountAsync(cancellationToken)).Groups.GetValueOrDefault(fingerprint);

    private FoundFailureGroup? Find(FailureGroupCount? found, StoredMark? stored) =>
        FailureGroup.Of(found, stored?.Mark, time.GetUtcNow()) is { } group
            ? new(group, stored?.Tag ?? Unmarked, stored?.Mark.Edit)
            : null;
}
