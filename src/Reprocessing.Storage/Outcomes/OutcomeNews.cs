using Reprocessing.Domain.Jobs;

namespace Reprocessing.Storage.Outcomes;

/// <summary>What a note has to tell one job.</summary>
internal sealed record OutcomeNews(OutcomeNote Note, BusinessOutcome Outcome);
