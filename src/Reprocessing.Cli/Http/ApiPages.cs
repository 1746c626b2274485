using System.Runtime.CompilerServices;
using System.Text.Json;
using Reprocessing.Cli.Terminal;

namespace Reprocessing.Cli.Http;

/// <summary>Lists of the API, a page at a time: what comes after <c>limit</c> is never asked for.</summary>
internal static class ApiPages
{
    private const int LargestPage = 200;

    /// <param name="list">The path with its query, if any.</param>
    /// <param name="limit">0 is all.</param>
    public static async IAsyncEnumerable<JsonElement> ReadAsync(
        this ApiClient api, string list, int limit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var left = limit == 0 ? int.MaxValue : limit;
        string? token = null;
        do
        {
            var path = $"{list}{(list.Contains('?', StringComparison.Ordinal) ? '&' : '?')}pageSize={Math.Min(left, LargestPage)}"
                + (token is null ? string.Empty : $"&pageToken={Uri.EscapeDataString(token)}");
            var page = await api.GetAsync(path, cancellationToken);
            foreach (var item in page.ItemsOf("items").Take(left))
            {
                left--;
                yield return item;
            }

            var next = page.TextOrNull("nextPageToken");
            token = next is null || next != token
                ? next
                : throw new CommandException(ExitCode.Error, "The app gives the same page again and again: what was shown may not be all of it.");
        }
        while (token is not null && left > 0);
    }
}
