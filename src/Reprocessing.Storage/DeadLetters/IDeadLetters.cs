using Reprocessing.Domain.DeadLetters;

namespace Reprocessing.Storage.DeadLetters;

public interface IDeadLetters
{
    Task<DeadLetterEntry?> GetAsync(string orderId, CancellationToken cancellationToken);

    /// <summary>Newest first over all shards.</summary>
    Task<Page<DeadLetterEntry>> ListAsync(int limit, string? token, CancellationToken cancellationToken);
}
