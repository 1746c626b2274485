using Azure;

namespace Reprocessing.Storage.Transactions;

internal sealed record Refused<T>(Unit<T> Unit, RequestFailedException Answer)
{
    /// <summary>A row was there, was missing or had changed: somebody else, or this very request sent twice, was quicker.</summary>
    public bool IsConflict => Answer.Status is 404 or 409 or 412;
}
