namespace Embedded.DataTables.Protocol;

/// <summary>Pages fetched one at a time, each when the caller asks for it.</summary>
internal sealed class TablePageable<T>(Func<int?, string?, CancellationToken, Task<Page<T>>> fetch, int? pageSize, CancellationToken cancellation)
    : AsyncPageable<T>(cancellation)
    where T : notnull
{
    public override async IAsyncEnumerable<Page<T>> AsPages(string? continuationToken = null, int? pageSizeHint = null)
    {
        do
        {
            var page = await fetch(pageSizeHint ?? pageSize, continuationToken, CancellationToken);
            yield return page;
            continuationToken = page.ContinuationToken;
        }
        while (!string.IsNullOrEmpty(continuationToken));
    }
}
