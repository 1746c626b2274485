using Reprocessing.Domain.Jobs;

namespace Reprocessing.Storage.Outcomes;

/// <summary>What a note has to tell one job.</summary>
/// <param name="ItemId">The job's item that it is about.</param>
internal sealed record OutcomeNews(OutcomeNote Note, BusinessOutcome Outcome, string ItemId);
