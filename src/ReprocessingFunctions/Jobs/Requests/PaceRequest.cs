using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Reprocessing.Domain.Jobs;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Jobs.Requests;

/// <summary>How fast a job is to go; what is not said stays as it is.</summary>
internal sealed record PaceRequest
{
    [Description("Chunks at work at once; items at once where the job waits for outcomes.")]
    [Range(1, Pace.MaxParallelism)]
    public int? Parallelism { get; init; }

    /// <summary>0 is as fast as it goes.</summary>
    [Description("0 is as fast as it goes; else at least 0.01.")]
    [Range(0, Pace.MaxRate)]
    public double? ItemsPerSecond { get; init; }

    public Pace On(Pace pace) => pace with
    {
        Parallelism = Parallelism ?? pace.Parallelism,
        ItemsPerSecond = ItemsPerSecond switch
        {
            null => pace.ItemsPerSecond,
            0 => null,
            { } rate => rate,
        },
    };

    /// <param name="at">The pointer of this object.</param>
    public IEnumerable<ProblemError> Faults(string at)
    {
        if (Parallelism is { } parallelism && parallelism is < 1 or > Pace.MaxParallelism)
        {
            yield return new($"'parallelism' must be 1 to {Pace.MaxParallelism}.", $"{at}/parallelism");
        }

        if (ItemsPerSecond is { } rate && rate != 0 && rate is not (>= Pace.MinRate and <= Pace.MaxRate))
        {
            yield return new(
                FormattableString.Invariant($"'itemsPerSecond' must be {Pace.MinRate} to {Pace.MaxRate}, or 0 for as fast as it goes."),
                $"{at}/itemsPerSecond");
        }
    }
}
