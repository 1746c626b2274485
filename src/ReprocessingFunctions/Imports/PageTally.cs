using Reprocessing.Domain.Imports;

namespace ReprocessingFunctions.Imports;

/// <summary>What became of the records of a page.</summary>
internal sealed class PageTally(IReadOnlyList<RejectedRecord> unreadable)
{
    private readonly List<RejectedRecord> _rejected = [.. unreadable];
    private ImportCounts _stored = new();

    public IReadOnlyList<RejectedRecord> Rejected => _rejected;

    public ImportCounts Counts => _stored with
    {
        Read = _stored.Stored + _stored.AlreadyThere + _rejected.Count,
        Rejected = _rejected.Count,
    };

    public void AddLookup(bool isFound) =>
        _stored = isFound ? _stored with { Enriched = _stored.Enriched + 1 } : _stored with { NotEnriched = _stored.NotEnriched + 1 };

    public void Add(IReadOnlyList<IntakeOutcome> outcomes)
    {
        foreach (var outcome in outcomes)
        {
            switch (outcome)
            {
                case IntakeOutcome.Stored:
                    _stored = _stored with { Stored = _stored.Stored + 1 };
                    break;
                case IntakeOutcome.AlreadyThere:
                    _stored = _stored with { AlreadyThere = _stored.AlreadyThere + 1 };
                    break;
                case IntakeOutcome.Rejected rejected:
                    _rejected.Add(rejected.Record);
                    break;
            }
        }
    }
}
