using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.Options;
using Reprocessing.Domain.Imports;
using Reprocessing.Storage.Imports;

namespace ReprocessingFunctions.Imports;

/// <summary>The records of an import, wherever its input lies.</summary>
internal sealed class ImportSource(ImportUploads uploads, IOptions<ImportOptions> options)
{
    private const int ReadAhead = 64 * 1024;

    public async IAsyncEnumerable<RawRecord> ReadAsync(
        ImportRecord import, RecordCursor from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var input = Open(import, from.Offset);
        await foreach (var record in new RecordReader(input, import.Format, from).ReadAsync(cancellationToken))
        {
            yield return record;
        }
    }

    /// <summary>What makes orders of them.</summary>
    public static OrderRecords RecordsOf(ImportRecord import)
    {
        if (import.Format == ImportFormat.JsonLines)
        {
            return OrderRecords.JsonLines;
        }

        var header = new RawRecord(RecordCursor.Start, import.First, Encoding.UTF8.GetBytes(import.Header ?? string.Empty), null);
        return OrderRecords.Csv(CsvHeader.Read(header).Header ?? throw new InvalidOperationException($"Import {import.ImportId} has no header."));
    }

    private Stream Open(ImportRecord import, long offset)
    {
        if (import.Path is not { } path)
        {
            return uploads.Open(import.ImportId, offset, import.Length);
        }

        var (file, problem) = ImportFolder.Find(options.Value.Folder, path);
        if (file is null)
        {
            throw new FileNotFoundException(problem);
        }

        if (file.Length < import.Length)
        {
            throw new InvalidOperationException($"The file '{path}' is shorter than it was when its import began.");
        }

        var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, ReadAhead, useAsync: true);
        stream.Seek(offset, SeekOrigin.Begin);
        return new BoundedStream(stream, Math.Max(0, import.Length - offset));
    }
}
