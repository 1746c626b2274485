using Reprocessing.Domain.Tests.Orders;

namespace Reprocessing.Domain.Tests.Alerts;

public sealed class AlertStateTests
{
    private static readonly DateTimeOffset Start = SampleOrders.Start;
    private static readonly AlertKind[] Groups = [AlertKind.FailureGroup];

    /// <summary>What was stored, what an evaluation a minute later finds, and what is to be written and told.</summary>
    [Theory]
    [InlineData(null, true, AlertStatus.Raised, true)]
    [InlineData(null, false, AlertStatus.Cleared, false)]
    [InlineData(AlertStatus.Raised, false, AlertStatus.Cleared, true)]
    [InlineData(AlertStatus.Cleared, true, AlertStatus.Raised, true)]
    [InlineData(AlertStatus.Raised, true, null, false)]
    [InlineData(AlertStatus.Cleared, false, null, false)]
    public void A_condition_raises_once_and_clears_once(AlertStatus? before, bool holds, AlertStatus? written, bool isTold)
    {
        List<AlertState> stored = before is { } state ? [Alert(AlertKind.Backlog, state)] : [];

        var changes = AlertState.Changes(stored, [Found(AlertKind.Backlog, holds)], [], Start.AddMinutes(1));

        Assert.Equal(written, changes.SingleOrDefault()?.After?.State);
        Assert.Equal(isTold, changes.Any(change => change.IsTransition));
        Assert.All(changes.Where(change => change.IsTransition), change => Assert.Equal(Start.AddMinutes(1), change.After!.Since));
    }

    [Fact]
    public void What_lasts_keeps_its_beginning_and_its_acknowledgement_and_is_stored_when_its_figures_change_or_a_quarter_of_an_hour_has_passed()
    {
        var raised = Alert(AlertKind.Backlog, AlertStatus.Raised) with { Acknowledgement = new(1, "ann", Start, "known") };

        var worse = Assert.Single(AlertState.Changes([raised], [Found(AlertKind.Backlog, true) with { Value = 300, Message = "300" }], [], Start.AddMinutes(1)));
        var later = Assert.Single(AlertState.Changes([raised], [Found(AlertKind.Backlog, true)], [], Start + AlertState.StoredEvery));

        Assert.Equal(raised with { Value = 300, Message = "300", EvaluatedAt = Start.AddMinutes(1) }, worse.After);
        Assert.Equal(raised with { EvaluatedAt = Start + AlertState.StoredEvery }, later.After);
        Assert.False(worse.IsTransition || later.IsTransition);
    }

    [Fact]
    public void An_acknowledgement_ends_when_the_alert_clears()
    {
        var known = Alert(AlertKind.Backlog, AlertStatus.Raised).Acknowledge("ann", "known", Start)!;

        var cleared = Assert.Single(AlertState.Changes([known], [Found(AlertKind.Backlog, false)], [], Start.AddMinutes(1))).After!;
        var again = Assert.Single(AlertState.Changes([cleared], [Found(AlertKind.Backlog, true)], [], Start.AddMinutes(2))).After!;

        Assert.Null(cleared.Acknowledgement);
        Assert.Null(again.Acknowledgement);
        Assert.Null(known.Acknowledge("ann", "known", Start.AddMinutes(1)));
        Assert.Equal(new AlertAcknowledgement(2, "bob", Start.AddMinutes(1), "known"), known.Acknowledge("bob", "known", Start.AddMinutes(1))!.Acknowledgement);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-60)]
    public void An_evaluation_that_is_not_newer_than_the_stored_one_changes_nothing(int seconds)
    {
        AlertState[] stored = [Alert(AlertKind.Backlog, AlertStatus.Raised), Alert(AlertKind.FailureGroup, AlertStatus.Raised, "f1")];

        Assert.Empty(AlertState.Changes(stored, [Found(AlertKind.Backlog, false)], Groups, Start.AddSeconds(seconds)));
    }

    [Fact]
    public void A_raised_alert_of_a_kind_that_was_found_whole_clears_when_it_is_not_among_what_was_found()
    {
        AlertState[] stored =
        [
            Alert(AlertKind.FailureGroup, AlertStatus.Raised, "f1"), Alert(AlertKind.FailureGroup, AlertStatus.Raised, "f2"),
            Alert(AlertKind.JobCircuit, AlertStatus.Raised, "job-1"), Alert(AlertKind.Backlog, AlertStatus.Raised),
        ];

        var changes = AlertState.Changes(stored, [Found(AlertKind.FailureGroup, true, "f2")], Groups, Start.AddMinutes(1));

        var change = Assert.Single(changes);
        Assert.Equal(("failure_group-f1", AlertStatus.Cleared, true), (change.After!.Id, change.After.State, change.IsTransition));
    }

    [Fact]
    public void An_alert_about_one_job_that_nobody_evaluates_any_more_clears_after_a_day_and_is_forgotten_after_a_week()
    {
        var circuit = Alert(AlertKind.JobCircuit, AlertStatus.Raised, "job-1");
        var backlog = Alert(AlertKind.Backlog, AlertStatus.Raised);

        Assert.Empty(AlertState.Changes([circuit, backlog], [], [], Start + AlertState.ClearedAfter - TimeSpan.FromSeconds(1)));
        var cleared = Assert.Single(AlertState.Changes([circuit, backlog], [], [], Start + AlertState.ClearedAfter)).After!;
        Assert.Equal((AlertKind.JobCircuit, AlertStatus.Cleared), (cleared.Kind, cleared.State));
        Assert.Empty(AlertState.Changes([cleared], [], [], cleared.Since + AlertState.KeptFor - TimeSpan.FromSeconds(1)));
        var forgotten = Assert.Single(AlertState.Changes([cleared], [], [], cleared.Since + AlertState.KeptFor));
        Assert.Equal((null, false), (forgotten.After, forgotten.IsTransition));
    }

    [Fact]
    public void A_job_or_group_of_which_nothing_bad_is_found_leaves_no_row() =>
        Assert.Empty(AlertState.Changes([], [Found(AlertKind.JobCircuit, false, "job-1")], [], Start));

    [Theory]
    [InlineData(null, "job_paused")]
    [InlineData("job-1_A", "job_paused-job-1_A")]
    [InlineData("a/b", "job_paused-hc14cddc033f64b9dea80ea675cf280a0")]
    public void An_id_can_stand_in_addresses_and_keys(string? subject, string id) => Assert.Equal(id, AlertState.IdOf(AlertKind.JobPaused, subject));

    private static AlertCondition Found(AlertKind kind, bool holds, string? subject = null) => new(kind, holds, 101, 100, "101") { Subject = subject };

    private static AlertState Alert(AlertKind kind, AlertStatus state, string? subject = null) => new(kind, state, Start, 101, 100, "101", Start) { Subject = subject };
}
