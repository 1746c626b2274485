namespace Azure.Data.Tables;

public enum TableUpdateMode
{
    /// <summary>Properties that the given entity lacks are kept.</summary>
    Merge = 0,

    /// <summary>Properties that the given entity lacks are removed.</summary>
    Replace = 1,
}
