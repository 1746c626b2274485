using System.ComponentModel.DataAnnotations;

namespace Reprocessing.Storage;

public sealed class StorageOptions
{
    /// <summary>Put before each table name, so that several apps or tests share an account.</summary>
    [RegularExpression("^([A-Za-z][A-Za-z0-9]{0,39})?$", ErrorMessage = "TablePrefix must be empty or up to 40 letters and digits that begin with a letter.")]
    public string TablePrefix { get; set; } = string.Empty;

    /// <summary>
    /// Partitions that the orders are spread over. Recorded in the table when it is made, and never changed after: orders
    /// would be looked for in the wrong one.
    /// </summary>
    [Range(1, 100)]
    public int Shards { get; set; } = 16;
}
