using System.Globalization;

namespace Azure.Data.Tables;

/// <summary>A transaction that the service refused as a whole; nothing of it was stored.</summary>
public class TableTransactionFailedException : RequestFailedException
{
    /// <summary>Where the error parser leaves the failed action's position in <see cref="Exception.Data"/>.</summary>
    internal const string FailedIndexKey = "FailedEntity";

    public TableTransactionFailedException(RequestFailedException e)
        : base(e.Status, e.Message, e.ErrorCode, e.InnerException)
    {
        foreach (var key in e.Data.Keys)
        {
            Data.Add(key, e.Data[key]);
        }

        if (int.TryParse(Data[FailedIndexKey] as string, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            FailedTransactionActionIndex = index;
        }
    }

    /// <summary>The position of the action that was refused, in the order submitted; null where the service names none.</summary>
    public int? FailedTransactionActionIndex { get; internal set; }
}
