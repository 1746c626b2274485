using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Reprocessing.Domain.Imports;
using Reprocessing.Storage.Imports;

namespace ReprocessingFunctions.Imports;

/// <summary>
/// Ends imports whose request was cut off by the death of its host: nobody was told of them and nothing will start them. Looked for
/// when the next import comes in.
/// </summary>
internal sealed class AbandonedUploads(ImportStore imports, ImportUploads uploads, TimeProvider time, ILogger<AbandonedUploads> logger)
{
    private const int LookedAt = 20;

    private static readonly TimeSpan Age = TimeSpan.FromHours(1);

    public async Task EndAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow() - Age;
        var newest = await imports.ListAsync(LookedAt, token: null, cancellationToken);
        foreach (var import in newest.Items.Where(import => import.CreatedAt < before && IsWaiting(import)))
        {
            if (await client.GetInstanceAsync(import.ImportId, cancellationToken) is null)
            {
                await imports.EditAsync(
                    import.ImportId,
                    stored => IsWaiting(stored)
                        ? stored with { State = ImportState.Failed, EndedAt = time.GetUtcNow(), Error = "The request was cut off before the import was started." }
                        : null,
                    cancellationToken);
                await uploads.DeleteAsync(import.ImportId, cancellationToken);
                logger.UploadAbandoned(import.ImportId);
            }
        }
    }

    private static bool IsWaiting(ImportRecord import) => import.State is ImportState.Receiving or ImportState.Pending;
}
