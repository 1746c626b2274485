using Embedded.DurableTask.Store;
using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Hosting;

/// <summary>
/// Decides who runs the hub. The lease only says whose turn it is; what keeps an old owner from committing is the fence of each
/// bucket, which the new owner rewrites before it reads anything.
/// </summary>
internal sealed class LeaseKeeper(TaskHubOptions options, ITaskHubStore store, TimeProvider time, ILogger logger)
{
    private const int StartAttempts = 5;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private readonly string _owner = options.Host.ToString();
    private readonly StoreRetry _retry = new(time, logger);
    private HubLease? _held;

    /// <summary>Waits until the hub is free or its owner is dead, and takes it.</summary>
    public async Task<(long Token, IReadOnlyList<BucketFence> Fences)> AcquireAsync(CancellationToken cancellationToken)
    {
        await _retry.AskAsync(OpenAsync, cancellationToken, StartAttempts);
        for (var announced = false; ; announced = true)
        {
            var stored = await _retry.AskAsync(store.ReadLeaseAsync, cancellationToken, StartAttempts);
            if (WaitFor(stored, announced) is { } wait)
            {
                await Task.Delay(wait, time, cancellationToken);
            }
            else if (await TryTakeAsync(stored, cancellationToken) is { } taken)
            {
                return taken;
            }
        }
    }

    /// <summary>Renews the lease until the host stops. Only another owner's lease means that the hub is lost.</summary>
    public async Task KeepAsync(HubLife life)
    {
        while (!life.Working.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(options.LeaseDuration / 3, time, life.Working);
                if (!await TryRenewAsync(life.Working))
                {
                    life.Lose();
                }
            }
            catch (OperationCanceledException) when (life.Working.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                logger.RenewalFailed(options.HubName, exception);
            }
        }
    }

    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_held is { } held && await store.TryWriteLeaseAsync(held with { Owner = null }, held, cancellationToken))
            {
                logger.HubReleased(options.HubName);
            }
        }
        catch (Exception exception)
        {
            logger.ReleaseFailed(options.HubName, exception);
        }
    }

    private async Task<bool> OpenAsync(CancellationToken cancellationToken)
    {
        await store.OpenAsync(cancellationToken);
        return true;
    }

    /// <summary>Null if the hub can be taken now.</summary>
    private TimeSpan? WaitFor(HubLease? lease, bool announced)
    {
        var left = (lease?.ExpiresAt ?? default) - time.GetUtcNow();
        if (lease?.Owner is not { } owner || owner == _owner || left <= TimeSpan.Zero)
        {
            return null;
        }

        if (HostIdentity.Parse(owner) is { } host && options.IsDead(host))
        {
            logger.OwnerDead(options.HubName, owner);
            return null;
        }

        if (!announced)
        {
            logger.HubBusy(options.HubName, owner, lease.ExpiresAt);
        }

        return left < LongestWait ? left : LongestWait;
    }

    private async Task<(long Token, IReadOnlyList<BucketFence> Fences)?> TryTakeAsync(HubLease? stored, CancellationToken cancellationToken)
    {
        var lease = new HubLease(_owner, (stored?.Token ?? 0) + 1, time.GetUtcNow() + options.LeaseDuration);
        if (!await _retry.AskAsync(token => store.TryWriteLeaseAsync(lease, stored, token), cancellationToken, StartAttempts))
        {
            return null;
        }

        var fences = await Task.WhenAll(
            Enumerable.Range(0, store.BucketCount).Select(bucket => TakeFenceAsync(bucket, lease.Token, cancellationToken)));
        if (fences.Contains(null))
        {
            return null;
        }

        _held = lease;
        return (lease.Token, [.. fences.OfType<BucketFence>()]);
    }

    /// <summary>Null if a later owner has been here. An earlier one may still be committing: each commit moves the fence.</summary>
    private async Task<BucketFence?> TakeFenceAsync(int bucket, long token, CancellationToken cancellationToken)
    {
        while (true)
        {
            var current = await _retry.AskAsync(ask => store.ReadFenceAsync(bucket, ask), cancellationToken, StartAttempts);
            if (current.Token >= token)
            {
                // With our own token it is the answer that got lost.
                return current.Token == token ? current : null;
            }

            if (await _retry.AskAsync(ask => store.TryTakeFenceAsync(current, token, ask), cancellationToken, StartAttempts) is { } taken)
            {
                return taken;
            }
        }
    }

    private async Task<bool> TryRenewAsync(CancellationToken cancellationToken)
    {
        if (_held is not { } held)
        {
            return true;
        }

        var renewed = held with { ExpiresAt = time.GetUtcNow() + options.LeaseDuration };
        if (!await store.TryWriteLeaseAsync(renewed, held, cancellationToken))
        {
            // An answer of an earlier renewal may have been lost.
            var stored = await store.ReadLeaseAsync(cancellationToken);
            if (stored?.Owner != _owner || stored.Token != held.Token)
            {
                return false;
            }

            renewed = stored;
        }

        _held = renewed;
        return true;
    }
}
