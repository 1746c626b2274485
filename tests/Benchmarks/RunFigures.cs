namespace Benchmarks;

/// <param name="RunSeconds">From the run's start to its end, as the run itself reports them.</param>
/// <param name="CallsAnOrder">HTTP requests to storage while the run was on.</param>
internal sealed record RunFigures(int Orders, double RunSeconds, double CallsAnOrder, double PeakMegabytes)
{
    public double OrdersPerSecond => Orders / RunSeconds;
}
