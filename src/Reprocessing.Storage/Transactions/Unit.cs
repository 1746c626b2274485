using Azure.Data.Tables;

namespace Reprocessing.Storage.Transactions;

/// <summary>Rows that change together or not at all, for one subject; several units share a transaction.</summary>
internal sealed record Unit<T>(T Subject, IReadOnlyList<TableTransactionAction> Actions)
{
    /// <summary>What the actions take of a request's 4 MiB, estimated high.</summary>
    public int Bytes { get; } = Actions.Sum(RequestSize.Of);
}
