namespace Reprocessing.Domain.Tests.DeadLetters;

public sealed class FailureGroupTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, FailureGroupState.New)]
    [InlineData(23.9, FailureGroupState.New)]
    [InlineData(24, FailureGroupState.Ongoing)]
    public void A_group_is_new_for_a_day(double hours, FailureGroupState state) =>
        Assert.Equal(state, FailureGroup.Of(Found(1, 1), null, Start.AddHours(hours))!.State);

    [Theory]
    [InlineData(0, 0, 0, 0, 0, null)]
    [InlineData(5, 0, 0, 0, 0, null)]
    [InlineData(5, 3, 0, 0, 0, GroupVerdict.FixConfirmed)]
    [InlineData(0, 3, 0, 2, 0, GroupVerdict.NewError)]
    [InlineData(0, 3, 1, 2, 0, GroupVerdict.StillFailing)]
    [InlineData(0, 3, 0, 2, 1, GroupVerdict.StillFailing)]
    public void A_verdict_is_what_the_newest_retry_with_an_outcome_says(int running, int succeeded, int same, int other, int dead, GroupVerdict? verdict)
    {
        var group = FailureGroup.Of(Found(1, 1), null, Start)!;
        GroupRetry newest = new("job-3", Start.AddHours(3), new(Running: 2, Cancelled: 1));
        GroupRetry middle = new("job-2", Start.AddHours(2), new(running, succeeded, same, other, dead));
        GroupRetry oldest = new("job-1", Start.AddHours(1), new());

        Assert.Null(group.Verdict);
        Assert.Equal(verdict, (group with { Retries = [newest, middle, oldest] }).Verdict);
    }

    [Fact]
    public void A_group_of_which_an_earlier_entry_is_remembered_is_not_new()
    {
        var mark = FailureGroupMark.After(Found(1, 1), null, Start)!;
        var later = Found(1, 1) with { FirstSeen = Start.AddDays(2), LastSeen = Start.AddDays(2), LastActiveSeen = Start.AddDays(2) };

        var group = FailureGroup.Of(later, mark, Start.AddDays(2))!;

        Assert.Equal((FailureGroupState.Ongoing, Start, Start.AddDays(2)), (group.State, group.FirstSeen, group.LastSeen));
    }

    [Fact]
    public void The_first_mark_says_when_it_was_seen_and_a_second_look_changes_nothing()
    {
        var mark = FailureGroupMark.After(Found(2, 1), null, Start);

        Assert.Equal((Start, null), (mark!.FirstSeen, mark.ResolvedAt));
        Assert.Null(FailureGroupMark.After(Found(5, 4), mark, Start.AddHours(1)));
        Assert.Null(FailureGroupMark.After(null, null, Start));
    }

    [Fact]
    public void An_earlier_entry_that_is_found_late_moves_the_first_sight()
    {
        var mark = FailureGroupMark.After(Found(1, 1), null, Start)!;

        var moved = FailureGroupMark.After(Found(2, 2) with { FirstSeen = Start.AddHours(-1) }, mark, Start.AddHours(1))!;

        Assert.Equal(mark with { FirstSeen = Start.AddHours(-1) }, moved);
    }

    [Fact]
    public void A_group_without_an_open_entry_is_marked_once_each_time()
    {
        var resolved = FailureGroupMark.After(Found(2, 0), null, Start.AddHours(1))!;
        var stays = FailureGroupMark.After(Found(2, 0), resolved, Start.AddHours(2));
        var again = Found(3, 1) with { LastSeen = Start.AddHours(3), LastActiveSeen = Start.AddHours(3) };
        var meanwhile = FailureGroupMark.After(again, resolved, Start.AddHours(4));
        var second = FailureGroupMark.After(again with { OpenCount = 0, LastActiveSeen = null }, resolved, Start.AddHours(5))!;

        Assert.Equal(Start.AddHours(1), resolved.ResolvedAt);
        Assert.Null(stays);
        Assert.Null(meanwhile);
        Assert.Equal(FailureGroupState.Regressed, FailureGroup.Of(again, resolved, Start.AddHours(4))!.State);
        Assert.Equal(Start.AddHours(5), second.ResolvedAt);
        Assert.Equal(Start.AddHours(3), second.LastSeen);
    }

    [Fact]
    public void Clocks_that_differ_make_no_group_regressed_that_nothing_came_to()
    {
        var ahead = Found(1, 0) with { LastSeen = Start.AddMinutes(5) };

        var mark = FailureGroupMark.After(ahead, null, Start)!;

        Assert.Equal(Start.AddMinutes(5), mark.ResolvedAt);
        Assert.Null(FailureGroupMark.After(ahead, mark, Start.AddMinutes(1)));
    }

    [Fact]
    public void A_purged_group_is_resolved_and_still_known()
    {
        var mark = FailureGroupMark.After(Found(1, 1), null, Start)!;

        var purged = FailureGroupMark.After(null, mark, Start.AddHours(1))!;
        var group = FailureGroup.Of(null, purged, Start.AddHours(1))!;

        Assert.Equal(Start.AddHours(1), purged.ResolvedAt);
        Assert.Null(FailureGroupMark.After(null, purged, Start.AddHours(2)));
        Assert.Equal((FailureGroupState.Resolved, 0, 0, 0), (group.State, group.Count, group.OpenCount, group.ResolvedCount));
        Assert.Equal(("slow", "A1"), (group.SampleReason, group.SampleOrderId));
        Assert.Null(FailureGroup.Of(null, null, Start));
    }

    [Fact]
    public void Archived_hides_every_other_state_until_it_is_opened()
    {
        var mark = FailureGroupMark.After(Found(1, 0), null, Start)!;
        var archived = mark.With(isArchived: true, "known", "ada", Start.AddHours(1))!;
        var opened = archived.With(isArchived: false, null, "bob", Start.AddHours(2))!;
        var again = Found(2, 1) with { LastActiveSeen = Start.AddHours(3) };

        Assert.Equal(FailureGroupState.Archived, FailureGroup.Of(again, archived, Start.AddHours(3))!.State);
        Assert.Equal(FailureGroupState.Regressed, FailureGroup.Of(again, opened, Start.AddHours(3))!.State);
        Assert.Equal((2, null), (opened.Edit!.Version, opened.Edit.Note));
    }

    [Fact]
    public void An_edit_that_says_what_is_so_already_is_none()
    {
        var mark = FailureGroupMark.After(Found(1, 1), null, Start)!;
        var archived = mark.With(isArchived: true, "known", "ada", Start)!;

        Assert.Null(mark.With(isArchived: false, null, "ada", Start));
        Assert.Null(archived.With(isArchived: true, null, "bob", Start));
        Assert.Null(archived.With(isArchived: true, "known", "bob", Start));
        Assert.Equal("known better", archived.With(isArchived: true, "known better", "bob", Start)!.Edit!.Note);
    }

    private static FailureGroupCount Found(int count, int open) => new("f00d", ErrorType.Timeout, "pick_timeout", "slow", "A1")
    {
        Count = count,
        OpenCount = open,
        FirstSeen = Start,
        LastSeen = Start,
        LastActiveSeen = open > 0 ? Start : null,
    };
}
