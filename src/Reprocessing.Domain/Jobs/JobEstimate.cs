namespace Reprocessing.Domain.Jobs;

/// <summary>What a job takes, for people who decide whether now is the time: it takes no less and no more, unless it is paused.</summary>
public sealed record JobEstimate(double LeastSeconds, double MostSeconds, long LeastBackendActions, long MostBackendActions)
{
    /// <summary>Items a second that are begun where nothing is waited for: on a busy host, and on a fast one with storage near it.</summary>
    public const double SlowestRate = 10;
    public const double FastestRate = 1_000;

    /// <summary>The first look after what was begun; no place is free before.</summary>
    public const double FirstLookSeconds = 2;

    /// <summary>From an outcome to the next begin, with the slowest look in between.</summary>
    private const double SlowestTurnSeconds = 10;

    public static JobEstimate Of(int count, EstimateBasis basis, IReadOnlyList<int>? ramp, bool waits, double? rate, int? parallelism)
    {
        var (places, left, least, most) = (parallelism ?? basis.Parallelism, count, 0d, 0d);
        foreach (var step in ramp ?? [])
        {
            Add(Math.Min(step, left), isWaited: true);
        }

        Add(left, waits);
        most += count / (rate ?? double.PositiveInfinity);

        // The circuit breaker may open twice and close again.
        most += count >= CircuitBreaker.FailuresToOpen ? (CircuitBreaker.MaxOpenings - 1) * CircuitBreaker.OpenFor.TotalSeconds : 0;
        return new(
            Rounded(Math.Max(least, count / (rate ?? double.PositiveInfinity))),
            Rounded(most),
            count,
            (long)count * basis.ActionsPerAttempt * (waits || ramp is { Count: > 0 } ? basis.Attempts : 1));

        void Add(int items, bool isWaited)
        {
            left -= items;
            if (isWaited && basis.HasOutcome)
            {
                var turns = Math.Ceiling((double)items / places);
                least += turns * FirstLookSeconds;
                most += (turns * basis.Attempts * (basis.TimeoutSeconds + SlowestTurnSeconds))
                    + (Math.Ceiling((double)items / SliceSizes.JobUnderWay) * basis.PauseSeconds);
            }
            else
            {
                least += items / FastestRate;
                most += items / SlowestRate;
            }
        }
    }

    private static double Rounded(double seconds) => Math.Ceiling(10 * seconds) / 10;
}

/// <param name="Attempts">Starts of an item in a job that waits.</param>
/// <param name="TimeoutSeconds">From a start to its outcome, at most.</param>
/// <param name="PauseSeconds">Before all further starts of an item together, at most.</param>
public sealed record EstimateBasis(
    int Parallelism, bool HasOutcome, int Attempts, double TimeoutSeconds, double PauseSeconds, int ActionsPerAttempt);
