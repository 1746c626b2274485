using System.Runtime.CompilerServices;

namespace Reprocessing.Cli.Http;

/// <summary>Reads lists page by page, and no page beyond the limit.</summary>
internal static class ApiPages
{
    private const int LargestPage = 200;

    /// <param name="limit">0 is all.</param>
    public static async IAsyncEnumerable<JsonElement> ReadAsync(
        this ApiClient api, ApiRequest list, int limit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var left = limit == 0 ? int.MaxValue : limit;
        string? token = null;
        do
        {
            var path = $"{list.Path}{(list.Path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}pageSize={Math.Min(left, LargestPage)}"
                + (token is null ? string.Empty : $"&pageToken={Uri.EscapeDataString(token)}");
            var page = await api.SendAsync(list with { Path = path }, cancellationToken);
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
