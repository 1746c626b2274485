using System.Collections.ObjectModel;
using Embedded.DurableTask.Store;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Hosting;

/// <summary>An instance to be.</summary>
internal sealed record StartRequest(string InstanceId, string Name, string? Input, string Version)
{
    public DateTimeOffset? StartAt { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    public ParentLink? Parent { get; init; }
}

/// <summary>
/// Starts instances: one row. That an id is taken shows in the refusal of the row, so a new id costs no read. Starts of one id come
/// one after another.
/// </summary>
internal sealed class InstanceStarter(HubServices hub, TimerPump timers)
{
    /// <summary>Null when started; else the instance that has the id and may not be replaced.</summary>
    /// <param name="request">What to start.</param>
    /// <param name="mayReplace">Whether an ended instance of the same id may be replaced.</param>
    /// <param name="mayExist">Whether to look first, because the id is probably taken.</param>
    /// <param name="cancellationToken">Stops waiting for a turn at the id; a start under way is not undone.</param>
    public async Task<InstanceHead?> StartAsync(
        StartRequest request, Func<InstanceHead, bool> mayReplace, bool mayExist, CancellationToken cancellationToken)
    {
        StoreKeys.Validate(request.InstanceId);
        using var turn = await hub.Locks.LockAsync(request.InstanceId, cancellationToken);
        if (hub.Table.TryFind(request.InstanceId, out var active))
        {
            return active.Head;
        }

        var existing = mayExist ? await hub.ReadHeadAsync(request.InstanceId, cancellationToken) : null;
        if (existing is null)
        {
            var head = Head(request, null);
            var refused = await hub.Writer.TryCommitAsync(request.InstanceId, [new StoreWrite.AddHead(head)]);
            if (refused is null)
            {
                Activate(head);
                return null;
            }

            existing = await hub.ReadHeadAsync(request.InstanceId, cancellationToken)
                ?? throw new InvalidOperationException($"Instance '{request.InstanceId}' could not be started: {refused.Message}");
        }

        if (!existing.HasEnded || !mayReplace(existing))
        {
            return existing;
        }

        var successor = Head(request, existing);
        await hub.Writer.CommitAsync(request.InstanceId, [new StoreWrite.ReplaceHead(successor)]);
        Activate(successor);
        return null;
    }

    /// <summary>Takes a pending head into memory and lets it begin, at once or at its time.</summary>
    public void Activate(InstanceHead head)
    {
        var instance = new ActiveInstance(head);
        if (head.StartAt is { } startAt && startAt > hub.Time.GetUtcNow())
        {
            var start = timers.Create(startAt, instance, head.Generation, taskId: null);
            instance.BeginAt(start);
            hub.Table.Add(instance);
            timers.Add(start);
        }
        else
        {
            hub.Table.Add(instance);
            hub.Ready.Begin(instance);
        }
    }

    private InstanceHead Head(StartRequest request, InstanceHead? predecessor)
    {
        var now = hub.Time.GetUtcNow();
        return new InstanceHead
        {
            InstanceId = request.InstanceId,
            Name = request.Name,
            RunId = hub.Options.NewId().ToString("N"),
            Version = request.Version,
            Status = OrchestrationRuntimeStatus.Pending,
            Generation = predecessor is null ? 0 : predecessor.Generation + 1,
            Input = request.Input,
            CreatedAt = now,
            LastUpdatedAt = now,
            StartAt = request.StartAt,
            Parent = request.Parent,
            Tags = request.Tags,
            Stale = predecessor is null ? [] : [.. predecessor.Stale, new StaleHistory(predecessor.Generation, predecessor.HistoryRows)],
        };
    }
}
