namespace Reprocessing.Functions.Jobs;

/// <content>Items on their way from the slice to their outcome.</content>
internal sealed partial class JobStateMachine
{
    private readonly List<(AbandonReason Reason, ItemRef Item)> _toAbandon = [];

    /// <summary>How many items to select; 0 when this is not the time for it.</summary>
    public int WantsSlice()
    {
        return IsSelected || !MayBegin || Circuit.State == CircuitState.Open
            ? 0
            : _sliceLimit = input.Limits.Sizes.Limit(Control.Pace, Waits, input.Limits.Reservation);
    }

    public void Enqueue(ItemSlice slice, DateTimeOffset now)
    {
        _slice = slice;
        foreach (var chunk in slice.Chunks)
        {
            var items = chunk.Items.Where(item => !_settled.Contains(item.Id) && !_waiting.ContainsKey(item.Id)).ToList();
            if (items.Count > 0)
            {
                _queue.AddLast(items);
                items.ForEach(item => _reserved.Remove(item.Id));
            }
        }

        Advance(now);
    }

    /// <summary>The items to begin now, if any may be: repeated ones first, they are in the job's hands already.</summary>
    public IReadOnlyList<ItemRef> DequeueChunk(DateTimeOffset now)
    {
        var allowance = Allowance(now);

        // A trial is made with a new item where there is one: with one that failed before, nobody knows whose fault it is.
        var items = IsTrial ? DequeueNew(allowance) : DequeueRepeats(allowance, now);
        if (items.Count == 0)
        {
            items = IsTrial ? DequeueRepeats(allowance, now) : DequeueNew(allowance);
        }

        if (items.Count > 0)
        {
            Circuit = Circuit.Begin();
            _pacer = _pacer.Dispatch(items.Count, now);
            BeginCall(items);
        }

        return items;
    }

    public void ApplyResult(IReadOnlyList<ItemRef> items, ItemsResponse answer, DateTimeOffset now)
    {
        EndCall(items);
        var untouched = new List<ItemRef>();
        foreach (var (item, state) in items.Zip(answer.States))
        {
            switch (state)
            {
                case ItemState.Pending when item.Attempt > 1:
                    _waiting[item.Id] = new WaitingItem(item with { Attempt = item.Attempt - 1 }, now, RetryAt: now);
                    break;
                case ItemState.Pending:
                    untouched.Add(item);
                    break;
                case ItemState.Running:
                    _waiting[item.Id] = new WaitingItem(item, now + input.Attempts.Timeout);
                    (_watchPause, _watchAt) = (FirstWatch, _watchAt ?? now + FirstWatch);
                    break;
                default:
                    RecordAttempt(item, state, now);
                    End(item, state);
                    break;
            }
        }

        if (untouched.Count > 0)
        {
            _queue.AddFirst(untouched);
            Ramp = Ramp.Return(untouched.Count);
        }

        ApplyControl(answer.Control, now);
    }

    /// <summary>They are failures, but are held until they are abandoned, and their rows tell whether the call had done its work after all.</summary>
    public void ApplyFailedCall(IReadOnlyList<ItemRef> items, DateTimeOffset now)
    {
        EndCall(items);
        foreach (var item in items)
        {
            RecordAttempt(item, ItemState.Failed, now);
            _toAbandon.Add((AbandonReason.CallFailed, item));
        }
    }

    private void BeginCall(IReadOnlyList<ItemRef> items)
    {
        _itemsInCalls += items.Count;
        _callsUnderWay++;
    }

    private void EndCall(IReadOnlyList<ItemRef> items)
    {
        _itemsInCalls -= items.Count;
        _callsUnderWay--;
    }

    private int Allowance(DateTimeOffset now)
    {
        if (!MayBegin || _pacer.WaitUntil(now) is not null || _callsUnderWay >= Control.Pace.Parallelism || (IsTrial && !IsSelected))
        {
            return 0;
        }

        // An item that waits for its next attempt holds no place; how many may wait is bounded all the same, they travel along.
        var places = Waits ? Math.Max(0, Control.Pace.Parallelism - InAttempts) : int.MaxValue;
        return Math.Min(Math.Min(input.Limits.Sizes.Chunk(Control.Pace), places), Circuit.Allowance(InAttempts));
    }

    private List<ItemRef> DequeueRepeats(int allowance, DateTimeOffset now)
    {
        var due = _waiting.Values.Where(waiting => waiting.RetryAt <= now).Take(allowance).Select(waiting => waiting.Item).ToList();
        due.ForEach(item => _waiting.Remove(item.Id));
        return due.ConvertAll(item => item with { Attempt = item.Attempt + 1 });
    }

    private List<ItemRef> DequeueNew(int most)
    {
        var allowance = Math.Min(Math.Min(most, Ramp.Allowance), Waits ? SliceSizes.JobUnderWay - UnderWay : int.MaxValue);
        if (allowance <= 0 || _queue.First is not { } first)
        {
            return [];
        }

        _queue.RemoveFirst();
        if (first.Value.Count > allowance)
        {
            _queue.AddFirst([.. first.Value.Skip(allowance)]);
        }

        List<ItemRef> items = [.. first.Value.Take(allowance)];
        Ramp = Ramp.Begin(items.Count);
        return items;
    }

    private void RecordAttempt(ItemRef item, ItemState outcome, DateTimeOffset now) => Circuit = Circuit.Record(outcome, now, item.Attempt);

    private void End(ItemRef item, ItemState outcome)
    {
        Result = Result.Add(ItemTally.Zero.Add(outcome));
        Ramp = Ramp.End(outcome);
        if (outcome is ItemState.Failed or ItemState.Skipped)
        {
            _settled.Add(item.Id);
        }

        if (Ramp.IsStepOver)
        {
            WantsPause |= Ramp.HasFailedTooOften;
            Ramp = Ramp.Next();
        }
    }
}
