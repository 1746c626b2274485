namespace ReprocessingFunctions.Imports;

/// <param name="Hash">Of what was asked for and what came with it.</param>
internal sealed record ReceivedImport(ImportRecord Import, string Hash);

/// <summary>Takes an import's input in until it can be started: stored, measured, and with a header that makes sense.</summary>
internal sealed class ImportReceiver(
    ImportStore imports, ImportUploads uploads, ImportSource source, IOptions<ImportOptions> options, TimeProvider time)
{
    public async Task<ReceivedImport> ReceiveAsync(ImportRequest asked, Stream body, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var import = new ImportRecord
        {
            ImportId = ImportIds.New(now),
            State = ImportState.Receiving,
            Format = asked.Format,
            Mode = asked.Mode,
            Path = asked.Path,
            CreatedAt = now,
        };
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{EnumNames.Of(asked.Format)}|{EnumNames.Of(asked.Mode)}|{asked.Path}|"));
        // The import is stored before its pieces, so that they are found again when the host dies.
        await imports.CreateAsync(import, cancellationToken);
        try
        {
            var measured = import with { Length = await MeasureAsync(import, body, hash, cancellationToken) };
            return new(await ReadHeaderAsync(measured, cancellationToken), Convert.ToHexStringLower(hash.GetHashAndReset()));
        }
        catch
        {
            // The caller may have gone, and its token with it.
            await DropAsync(import.ImportId, CancellationToken.None);
            throw;
        }
    }

    /// <summary>Deletes what was received and not started.</summary>
    public async Task DropAsync(string importId, CancellationToken cancellationToken)
    {
        await uploads.DeleteAsync(importId, cancellationToken);
        await imports.DeleteAsync(importId, cancellationToken);
    }

    private async Task<long> MeasureAsync(ImportRecord import, Stream body, IncrementalHash hash, CancellationToken cancellationToken)
    {
        if (import.Path is { } path)
        {
            var (file, problem) = ImportFolder.Find(options.Value.Folder, path);
            return file?.Length ?? throw new ProblemException(Problems.InvalidBody(problem ?? "There is no such file.", "#/path"));
        }

        var limit = options.Value.MaxUploadBytes;
        var length = await uploads.SaveAsync(import.ImportId, body, limit, bytes => hash.AppendData(bytes), cancellationToken);
        return length <= limit ? length : throw new ProblemException(ImportRefusals.UploadTooLarge(limit));
    }

    private async Task<ImportRecord> ReadHeaderAsync(ImportRecord import, CancellationToken cancellationToken)
    {
        if (import.Format == ImportFormat.JsonLines)
        {
            return import;
        }

        var first = await source.ReadAsync(import, RecordCursor.Start, cancellationToken).FirstOrDefaultAsync(cancellationToken);
        var (header, problem) = CsvHeader.Read(first);
        return header is not null && first is not null
            ? import with { Header = RecordText.Decode(first.Content.Span), First = first.Next }
            : throw new ProblemException(ImportRefusals.InvalidHeader(problem ?? "There is no header row."));
    }
}

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

/// <summary>The next bytes of a stream and no more: what is written to a file after its import began is no part of it.</summary>
internal sealed class BoundedStream(Stream inner, long left) : Stream
{
    private long _left = left;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = inner.Read(buffer, offset, (int)Math.Min(count, _left));
        _left -= read;
        return read;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer[..(int)Math.Min(buffer.Length, _left)], cancellationToken);
        _left -= read;
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
