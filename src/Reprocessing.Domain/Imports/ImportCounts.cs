namespace Reprocessing.Domain.Imports;

/// <summary>What became of the records that were read: <c>read = stored + alreadyThere + rejected</c>.</summary>
/// <param name="AlreadyThere">The same order was there before.</param>
/// <param name="Enriched">Of those not rejected as records; none where no lookup is set up.</param>
/// <param name="NotEnriched">The lookup gave nothing; the order was stored without.</param>
public sealed record ImportCounts(int Read = 0, int Stored = 0, int AlreadyThere = 0, int Rejected = 0, int Enriched = 0, int NotEnriched = 0)
{
    public ImportCounts Add(ImportCounts more) => new(
        Read + more.Read,
        Stored + more.Stored,
        AlreadyThere + more.AlreadyThere,
        Rejected + more.Rejected,
        Enriched + more.Enriched,
        NotEnriched + more.NotEnriched);
}
