using Azure.Data.Tables;

namespace Reprocessing.Storage.Transactions;

internal static class RequestSize
{
    /// <summary>Headers of a part, keys and types.</summary>
    private const int Overhead = 2_000;

    public static int Of(TableTransactionAction action) =>
        Overhead + (action.Entity is TableEntity entity ? entity.Sum(column => Of(column.Value)) : 0);

    private static int Of(object? value) => value switch
    {
        string text => Of(text),
        byte[] bytes => bytes.Length / 3 * 4 + 4,
        _ => 40,
    };

    // The client's JSON writer escapes quotes and everything beyond ASCII with six characters.
    private static int Of(string text)
    {
        var size = 2;
        foreach (var letter in text)
        {
            size += char.IsAsciiLetterOrDigit(letter) || letter is ' ' or '-' or '_' or ':' or '.' or ',' or '{' or '}' or '[' or ']' ? 1 : 6;
        }

        return size;
    }
}
