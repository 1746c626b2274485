using Embedded.DurableTask.Store;
using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Hosting;

/// <summary>The only way to change instances: a committer for each bucket.</summary>
internal sealed class HubWriter
{
    private readonly GroupCommitter[] _committers;
    private readonly ILogger _logger;
    private Task _loops = Task.CompletedTask;

    public HubWriter(
        ITaskHubStore store, IReadOnlyList<BucketFence> fences, TimeProvider time, ILogger logger, HubLife life)
    {
        _logger = logger;
        _committers = [.. fences.OrderBy(static fence => fence.Bucket).Select(
            fence => new GroupCommitter(store, fence, time, logger, life.Lose, life.Abandoned))];
    }

    public void Start() => _loops = Task.WhenAll(_committers.Select(static committer => Background.Start(committer.RunAsync)));

    /// <summary>Answers when the unit is durable: null, or why it was refused.</summary>
    public Task<CommitOutcome.Refused?> TryCommitAsync(string instanceId, IReadOnlyList<StoreWrite> unit) =>
        _committers[StoreKeys.BucketOf(instanceId, _committers.Length)].CommitAsync(unit);

    /// <summary>For what cannot be refused unless something is wrong with the store or with us.</summary>
    public async Task CommitAsync(string instanceId, IReadOnlyList<StoreWrite> unit)
    {
        if (await TryCommitAsync(instanceId, unit) is { } refused)
        {
            _logger.CommitRefused(instanceId, refused.Reason.ToString(), refused.Message);
            throw new InvalidOperationException($"A commit of instance '{instanceId}' was refused: {refused.Message}");
        }
    }

    /// <summary>Commits what has been given and ends.</summary>
    public Task CompleteAsync()
    {
        foreach (var committer in _committers)
        {
            committer.Complete();
        }

        return _loops;
    }
}
