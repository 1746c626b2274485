namespace Reprocessing.Functions.Imports;

internal sealed class ImportSource(TransferBlobs blobs, IOptions<ImportOptions> options)
{
    private const int ReadAhead = 64 * 1024;

    /// <summary>From a cursor to the length that the import began with: what is written to a file later is no part of it.</summary>
    public async IAsyncEnumerable<RawRecord> ReadAsync(
        ImportRecord import, RecordCursor from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var input = import.Path is { } path
            ? OpenFile(import, path, from.Offset)
            : await blobs.OpenUploadAsync(import.Id, from.Offset, cancellationToken);
        await foreach (var record in new RecordReader(input, import.Format, from, end: import.Length).ReadAsync(cancellationToken))
        {
            yield return record;
        }
    }

    public async Task<(List<ImportedRecord> Orders, List<RejectedRecord> Rejected)> ReadPageAsync(
        ImportRecord import, ImportPageWork page, CancellationToken cancellationToken)
    {
        var records = new OrderRecords(import.Header is { } header ? CsvHeader.Of(header) : null);
        List<ImportedRecord> orders = [];
        List<RejectedRecord> rejected = [];
        await foreach (var record in ReadAsync(import, page.From, cancellationToken))
        {
            if (record.At.Offset >= page.To.Offset)
            {
                break;
            }

            var (order, rejection) = records.Read(record);
            var raw = RecordText.Show(record.Content.Span);
            if (order is not null)
            {
                orders.Add(new(record.At.Line, order, raw));
            }
            else if (rejection is not null)
            {
                rejected.Add(RejectedRecord.Of(record.At.Line, rejection, raw));
            }
        }

        return (orders, rejected);
    }

    public static string MarkOf(string importId, long line) => string.Create(CultureInfo.InvariantCulture, $"{importId}:{line}");

    private FileStream OpenFile(ImportRecord import, string path, long offset)
    {
        var (file, problem) = ImportFolder.Find(options.Value.Folder, path);
        if (file is null || file.Length < import.Length)
        {
            throw new IOException(problem ?? $"The file '{path}' is shorter than it was when its import began.");
        }

        return new(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, ReadAhead, useAsync: true) { Position = offset };
    }
}

internal sealed record ImportedRecord(long Line, ImportedOrder Order, string Raw);

/// <summary>The one folder whose files can be imported by path. Nothing outside of it is reached, by <c>..</c> or by a link.</summary>
internal static class ImportFolder
{
    public static (FileInfo? File, string? Problem) Find(string? folder, string path)
    {
        if (string.IsNullOrEmpty(folder))
        {
            return (null, "There is no folder for imports: setting ImportFolder is not set.");
        }

        if (path.Length == 0 || path.Contains('\0') || path.Contains('\\') || Path.IsPathRooted(path) || path.Split('/').Contains(".."))
        {
            return (null, "'path' must lead to a file below the folder for imports, by names and '/' alone.");
        }

        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var file = new FileInfo(Path.GetFullPath(Path.Combine(root, path)));
        if (!file.FullName.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal) || !file.Exists || IsLinked(root, file))
        {
            return (null, $"There is no file '{path}' in the folder for imports.");
        }

        return (file, null);
    }

    private static bool IsLinked(string root, FileInfo file)
    {
        for (FileSystemInfo? at = file; at is not null && at.FullName != root; at = at is FileInfo inner ? inner.Directory : ((DirectoryInfo)at).Parent)
        {
            if (at.LinkTarget is not null)
            {
                return true;
            }
        }

        return false;
    }
}
