namespace ReprocessingFunctions.Restarts;

/// <summary>
/// Where the work on an order is begun. A start may be asked for again at any time, by a repeated activity or by the next run;
/// the workflow id is the same each time, and so there is one workflow an attempt.
/// </summary>
internal interface IRestartTarget
{
    /// <summary>Returns when the workflow exists, whoever started it; throws when it does not.</summary>
    /// <param name="client">Bound to the invocation that asks.</param>
    /// <param name="isInterrupted">
    /// The workflow was to start long ago and has not begun: an instance of this id that has ended never did anything.
    /// </param>
    Task StartAsync(DurableTaskClient client, OrderStart start, bool isInterrupted, CancellationToken cancellationToken);
}
