using Azure;
using Azure.Data.Tables;
using Reprocessing.Domain.DeadLetters;
using Reprocessing.Storage.Jobs;

namespace Reprocessing.Storage.DeadLetters.Groups;

/// <summary>Counts are as old as the last census; what people have said is read each time, so that who said it sees it.</summary>
internal sealed class FailureGroupStore(StorageTables tables, IDeadLetterCensus census, FailureGroupMarks marks, TimeProvider time) : IFailureGroups
{
    // Each go loses against an edit or a census.
    private const int MaxGoes = 12;

    /// <summary>The tag of a group that has no mark yet.</summary>
    private const string Unmarked = "unmarked";

    public async Task<Page<FailureGroup>> ListAsync(FailureGroupState? state, int limit, string? token, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var after = FailureGroupCursor.Parse(token);
        var found = (await census.TakeAsync(cancellationToken)).Groups;
        var marked = await marks.ReadAsync(cancellationToken);
        var now = time.GetUtcNow();
        var groups =
            from fingerprint in found.Keys.Union(marked.Keys, StringComparer.Ordinal)
            let one = FailureGroup.Of(found.GetValueOrDefault(fingerprint), marked.GetValueOrDefault(fingerprint)?.Mark, now)
            where state is null || one.State == state
            let position = FailureGroupCursor.Of(one)
            where after is null || position.CompareTo(after) > 0
            orderby position
            select one;
        var page = groups.Take(limit + 1).ToList();
        return page.Count <= limit
            ? new(page, null)
            : new(page[..limit], FailureGroupCursor.Of(page[limit - 1]).ToString());
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
        for (var go = 1; ; go++)
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
                throw new PreconditionFailedException($"Failure group {fingerprint} has changed since it was read.");
            }

            try
            {
                await WriteAsync(edited, stored, cancellationToken);
            }
            catch (RequestFailedException exception) when (exception.Status is 409 or 412 && go < MaxGoes)
            {
                // Somebody was quicker, or this was stored and the answer lost: then the next go finds that it is so already.
            }
        }
    }

    private async Task WriteAsync(FailureGroupMark mark, StoredMark? stored, CancellationToken cancellationToken)
    {
        var row = FailureGroupRows.Write(mark);
        await (stored is null
            ? tables.FailureGroups.AddEntityAsync(row, cancellationToken)
            : tables.FailureGroups.UpdateEntityAsync(row, stored.Row.ETag, TableUpdateMode.Replace, cancellationToken));
    }

    private async Task<FailureGroupCount?> CountAsync(string fingerprint, CancellationToken cancellationToken) =>
        (await census.TakeAsync(cancellationToken)).Groups.GetValueOrDefault(fingerprint);

    private FoundFailureGroup? Find(FailureGroupCount? found, StoredMark? stored) =>
        FailureGroup.Of(found, stored?.Mark, time.GetUtcNow()) is { } group
            ? new(group, stored?.Tag ?? Unmarked, stored?.Mark.Edit)
            : null;
}
