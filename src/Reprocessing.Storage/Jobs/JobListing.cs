namespace Reprocessing.Storage.Jobs;

/// <summary>Heads in the order of their listing rows: newest first.</summary>
internal static partial class JobListing
{
    private const int SideBySide = 16;

    /// <summary>Rows that one page looks at: what is asked for may be rare among them, and the caller can ask for more.</summary>
    private const int MostRows = 1_000;

    /// <param name="lane">And a condition on its rows, if any.</param>
    /// <param name="read">The head, or null when the row points to none, or to none that is wanted.</param>
    /// <exception cref="FormatException">The token is none that was given out.</exception>
    public static async Task<Page<T>> ReadAsync<T>(
        TableClient table, (char Letter, string? Condition) lane, (int Limit, string? Token) page, Func<TableEntity, Task<T?>> read, CancellationToken cancellationToken)
        where T : class
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(page.Limit, 1);
        if (page.Token is not null && !Shape().IsMatch(page.Token))
        {
            throw new FormatException("The cursor is none that was given out.");
        }

        var (after, end) = ($"{lane.Letter}|{page.Token}", $"{lane.Letter}}}");
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {JobRows.List} and RowKey gt {after} and RowKey lt {end}");
        filter = lane.Condition is null ? filter : $"{filter} and {lane.Condition}";
        var (size, seen) = (Math.Min(page.Limit + 1, MostRows), 0);
        List<(T Head, string Position)> heads = [];
        await foreach (var rows in table.QueryAsync<TableEntity>(filter, size, cancellationToken: cancellationToken).AsPages(pageSizeHint: size))
        {
            foreach (var some in rows.Values.Chunk(SideBySide))
            {
                var found = await Task.WhenAll(some.Select(read));
                heads.AddRange(found.Zip(some).Where(pair => pair.First is not null).Select(pair => (pair.First!, pair.Second.RowKey[2..])));
                seen += some.Length;
                if (heads.Count > page.Limit)
                {
                    return new([.. heads.Take(page.Limit).Select(head => head.Head)], heads[page.Limit - 1].Position);
                }

                if (seen >= Math.Max(MostRows, page.Limit))
                {
                    return new([.. heads.Select(head => head.Head)], some[^1].RowKey[2..]);
                }
            }
        }

        return new([.. heads.Select(head => head.Head)], null);
    }

    [GeneratedRegex("^[0-9]{19}\\|.", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Shape();
}

/// <summary>
/// Jobs that were applied and have not ended, found without a look at all jobs. An open row is written before its job and taken
/// away by the first look after the job has ended.
/// </summary>
internal sealed class OpenJobs(StorageTables tables)
{
    // A row without its job is that of an apply under way, or of one that died; after this it is the latter.
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    /// <param name="token">The row after which to go on.</param>
    public async Task<Page<JobRecord>> ListAsync(DateTimeOffset olderThan, int limit, string? token, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var (from, to) = (token ?? $"{JobRows.OpenLane}|", $"{JobRows.OpenLane}|{RowKeys.Ticks(olderThan.UtcTicks)}");
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {JobRows.List} and RowKey gt {from} and RowKey lt {to}");
        List<JobRecord> jobs = [];
        await foreach (var row in tables.Jobs.QueryAsync<TableEntity>(filter, Math.Min(limit, 1_000), cancellationToken: cancellationToken))
        {
            var job = await ReadAsync(row, cancellationToken);
            if (job?.State.HasEnded() == false && JobRows.OpenKey(job) == row.RowKey)
            {
                jobs.Add(job);
            }
            else if (job is not null || row.GetDateTimeOffset("CreatedAt") < olderThan - Abandoned)
            {
                await tables.Jobs.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, cancellationToken);
            }

            if (jobs.Count == limit)
            {
                return new(jobs, row.RowKey);
            }
        }

        return new(jobs, null);
    }

    private async Task<JobRecord?> ReadAsync(TableEntity row, CancellationToken cancellationToken)
    {
        if (row.GetString("Id") is not { } id || JobRows.PartitionOf(id) is not { } partition)
        {
            return null;
        }

        var job = await tables.Jobs.GetEntityIfExistsAsync<TableEntity>(partition, JobRows.JobRow, cancellationToken: cancellationToken);
        return job.HasValue ? JobRows.ReadJob(job.Value!) : null;
    }
}
