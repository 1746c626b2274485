using System.Security.Cryptography;
using System.Text;
using Azure.Data.Tables;
using Reprocessing.Domain.DeadLetters;
using Reprocessing.Storage.Rows;

namespace Reprocessing.Storage.DeadLetters.Groups;

/// <summary>Marks to rows and back: one partition, a row a fingerprint.</summary>
internal static class FailureGroupRows
{
    public const string Partition = "groups";

    private const int MaxKey = 64;

    public static TableEntity Write(FailureGroupMark mark)
    {
        var row = new TableEntity(Partition, KeyOf(mark.Fingerprint))
        {
            [DeadLetterRows.Fingerprint] = mark.Fingerprint,
            [OrderRows.Status] = mark.FailureStatus,
            ["Archived"] = mark.Edit is { IsArchived: true },
        };
        TextColumns.Write(row, OrderRows.Data, StorageJson.Write(mark));
        return row;
    }

    /// <exception cref="BrokenRowException">The row cannot be read.</exception>
    public static FailureGroupMark Read(TableEntity row) => StorageJson.Read<FailureGroupMark>(TextColumns.Read(row, OrderRows.Data));

    /// <summary>Ours are hex digits; what an entry that was written elsewhere has may be no key at all.</summary>
    public static string KeyOf(string fingerprint) => fingerprint.Length is >= 1 and <= MaxKey && fingerprint.All(char.IsAsciiLetterOrDigit)
        ? fingerprint
        : "h-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(fingerprint)));
}
