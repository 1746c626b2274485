namespace Reprocessing.Domain.Tests.Workflows;

public sealed class WorkflowRecordTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly Gen<WorkflowRecord> Records =
        from version in Gen.Choose(0, 3)
        from revision in Gen.Choose(0, 2)
        let status = (WorkflowStatus)((version + revision) % 6)
        select new WorkflowRecord("w", "T", status, Start) { Version = version, Revision = revision };

    [Fact]
    public void Late_double_and_disordered_records_end_in_the_same() => Prop.ForAll(
        Gen.ListOf(Records).Where(records => records.Count > 0).ToArbitrary(),
        records =>
        {
            var expected = records.OrderBy(record => (record.Version, record.Revision)).Last();

            var stored = Fold(records);

            Assert.Equal(expected, stored);
            Assert.Equal(stored, Fold([.. records, .. records.AsEnumerable().Reverse()]));
            Assert.Equal(stored, Fold([.. records.AsEnumerable().Reverse()]));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_only_one_of_two_knows_stays_known()
    {
        var first = new WorkflowRecord("w", "T", WorkflowStatus.Pending, Start) { OriginalInput = "{}", Version = 1 };
        var second = new WorkflowRecord("w", "T", WorkflowStatus.Failed, Start) { NextInstance = "n", OrderStatus = "picking_failed", Version = 2 };
        var lineage = new WorkflowRecord("w", "T", WorkflowStatus.Pending, Start) { ResetReason = "asked", ResetJobId = "j", PreviousInstance = "p" };

        var stored = lineage.Over(second.Over(first));

        Assert.Equal(
            second with { OriginalInput = "{}", ResetReason = "asked", ResetJobId = "j", PreviousInstance = "p" },
            stored);
        Assert.Equal(stored, Fold([lineage, second, first]));
    }

    private static WorkflowRecord Fold(IReadOnlyList<WorkflowRecord> records) =>
        records.Aggregate((WorkflowRecord?)null, (stored, arrived) => arrived.Over(stored))!;
}
