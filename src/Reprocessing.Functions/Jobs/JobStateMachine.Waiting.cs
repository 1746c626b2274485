namespace Reprocessing.Functions.Jobs;

/// <content>Items whose outcome is waited for, and what the loop is to wake up for.</content>
internal sealed partial class JobStateMachine
{
    public JobWait? WaitsFor()
    {
        var next = _waiting.Values.Where(waiting => waiting.RetryAt is null).MinBy(waiting => waiting.Deadline);
        if (next is null && Circuit.OpenUntil is { } openUntil)
        {
            return new(JobWaitKind.Circuit, Item: null, _waiting.Count, Attempt: null, MaxAttempts: null, openUntil);
        }

        return (next ?? _waiting.Values.MinBy(waiting => waiting.RetryAt)) is not { Item: var item } one ? null : new(
            one.RetryAt is null ? JobWaitKind.Outcome : JobWaitKind.NextAttempt,
            item.Id,
            _waiting.Count - 1,
            one.RetryAt is null ? item.Attempt : item.Attempt + 1,
            input.Attempts.Max,
            one.RetryAt ?? one.Deadline);
    }

    public IReadOnlyList<ItemRef> DequeueWatch(DateTimeOffset now)
    {
        if (IsClosing || _isWatching || !(_watchAt <= now))
        {
            return [];
        }

        // No look begins where there is nothing to look after, and so none ends: the next item that is begun arms it again.
        IReadOnlyList<ItemRef> items = [.. _waiting.Values.Where(waiting => waiting.RetryAt is null).Select(waiting => waiting.Item)];
        (_isWatching, _watchAt) = (items.Count > 0, null);
        return items;
    }

    /// <summary>A run that took a started item while it waits for its next attempt would make that attempt a second one. Bounded, so that a dead job's orders come free.</summary>
    public TimeSpan? HoldOf(IReadOnlyList<ItemRef> items) => Waits
        ? input.Limits.Reservation + input.Attempts.Timeout + items.Max(item => _retries.DelayBefore(item.Attempt, item.Id))
        : null;

    public void ApplyWatch(IReadOnlyList<ItemRef> items, IReadOnlyList<ItemState> states, DateTimeOffset now)
    {
        _isWatching = false;
        var ended = 0;
        foreach (var (item, state) in items.Zip(states))
        {
            if (!_waiting.TryGetValue(item.Id, out var waiting) || waiting.RetryAt is not null || waiting.Item.Attempt != item.Attempt)
            {
                continue;
            }

            if (state is ItemState.Failed)
            {
                RecordAttempt(item, state, now);
                RetryOrAbandon(waiting, now);
                ended++;
            }
            else if (state is not (ItemState.Running or ItemState.Pending))
            {
                _waiting.Remove(item.Id);
                RecordAttempt(item, state, now);
                End(item, state);
                ended++;
            }
            else if (now >= waiting.Deadline)
            {
                RecordAttempt(item, ItemState.Failed, now);
                Abandon(waiting, AbandonReason.TimedOut);
            }
        }

        _watchPause = ended > 0 ? FirstWatch : new[] { _watchPause * 1.5, SlowestWatch }.Min();
        _watchAt = _waiting.Values.Any(waiting => waiting.RetryAt is null) ? now + _watchPause : null;
        Advance(now);
    }

    public (AbandonReason Reason, IReadOnlyList<ItemRef> Items) DequeueAbandoned()
    {
        if (Stopping is not null)
        {
            foreach (var waiting in _waiting.Values.Where(waiting => waiting.RetryAt is not null).ToList())
            {
                Abandon(waiting, AbandonReason.Exhausted);
            }

            _toAbandon.AddRange(_queue.SelectMany(chunk => chunk).Concat(_reserved.Values).Select(item => (AbandonReason.NotStarted, item)));
            _queue.Clear();
            _reserved.Clear();
        }

        if (_toAbandon.Count == 0)
        {
            return (AbandonReason.NotStarted, []);
        }

        var reason = _toAbandon[0].Reason;
        IReadOnlyList<ItemRef> items = [.. _toAbandon.Where(one => one.Reason == reason).Select(one => one.Item)];
        _toAbandon.RemoveAll(one => one.Reason == reason);
        BeginCall(items);
        return (reason, items);
    }

    /// <summary>The breaker has heard of their attempts already.</summary>
    public void ApplyAbandoned(IReadOnlyList<ItemRef> items, IReadOnlyList<ItemState> states, DateTimeOffset now)
    {
        EndCall(items);
        foreach (var (item, state) in items.Zip(states).Where(pair => pair.Second is not (ItemState.Pending or ItemState.Running)))
        {
            End(item, state);
        }

        Advance(now);
    }

    public bool DequeuePoll(DateTimeOffset now)
    {
        if (IsClosing || !IsPaused || !(_pollAt <= now))
        {
            return false;
        }

        _pollAt = now + PollWhilePaused;
        return true;
    }

    /// <summary>The next moment at which there may be something to begin; null when only an answer or an event can change that.</summary>
    public DateTimeOffset? WakeAt(DateTimeOffset now)
    {
        if (IsClosing)
        {
            return null;
        }

        // Only moments at which something is begun: any other one lies in the past before long, and its timers fire at once.
        return new[]
        {
            _isWatching ? null : _watchAt,
            IsPaused ? _pollAt : null,
            WantsPause && !_isPausing ? _pauseAt : null,
            MayBegin ? BeginsAt(now) : null,
        }.Min();
    }

    /// <summary>While the circuit is open it alone counts: what was to be repeated meanwhile waits as well.</summary>
    private DateTimeOffset? BeginsAt(DateTimeOffset now)
    {
        var retryAt = _waiting.Values.Min(waiting => waiting.RetryAt);
        return _queue.Count == 0 && IsSelected && retryAt is null ? null
            : Circuit.OpenUntil ?? new[] { retryAt > now ? retryAt : null, _pacer.WaitUntil(now) }.Min();
    }

    private void RetryOrAbandon(WaitingItem waiting, DateTimeOffset now)
    {
        if (Stopping is not null || waiting.Item.Attempt >= input.Attempts.Max)
        {
            Abandon(waiting, AbandonReason.Exhausted);
            return;
        }

        var delay = _retries.DelayBefore(waiting.Item.Attempt, waiting.Item.Id);
        _waiting[waiting.Item.Id] = waiting with { RetryAt = now + delay };
    }

    private void Abandon(WaitingItem waiting, AbandonReason reason)
    {
        _waiting.Remove(waiting.Item.Id);
        _toAbandon.Add((reason, waiting.Item));
    }
}
