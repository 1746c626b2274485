using Reprocessing.Domain.Jobs;

namespace ReprocessingFunctions.Jobs;

/// <summary>The operations that the machine knows.</summary>
internal sealed class JobKinds(IEnumerable<IJobKind> kinds)
{
    private readonly Dictionary<JobOperation, IJobKind> _kinds = kinds.ToDictionary(kind => kind.Operation);

    public IJobKind Of(JobOperation operation) =>
        _kinds.TryGetValue(operation, out var kind) ? kind : throw new InvalidOperationException($"No kind of job does '{operation}'.");
}
