using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Reprocessing.Domain.Imports;
using Reprocessing.Domain.Names;
using Reprocessing.Storage.Imports;
using ReprocessingFunctions.Http;

namespace ReprocessingFunctions.Imports;

/// <param name="Hash">Of what was asked for and what came with it.</param>
internal sealed record ReceivedImport(ImportRecord Import, string Hash);

/// <summary>Takes an import's input in, up to where it can be started: kept, measured, and with a header that makes sense.</summary>
internal sealed class ImportReceiver(
    ImportStore imports, ImportUploads uploads, ImportSource source, IOptions<ImportOptions> options, TimeProvider time)
{
    public async Task<(ReceivedImport? Received, Problem? Problem)> ReceiveAsync(
        ImportRequest asked, Stream body, CancellationToken cancellationToken)
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
        // Known before its pieces are: what a host that dies leaves behind must be found again.
        await imports.CreateAsync(import, cancellationToken);
        try
        {
            var (measured, problem) = await MeasureAsync(import, body, hash, cancellationToken);
            if (measured is not null)
            {
                return (new(measured, Convert.ToHexStringLower(hash.GetHashAndReset())), null);
            }

            await DropAsync(import.ImportId, cancellationToken);
            return (null, problem);
        }
        catch
        {
            // The caller may have gone, and its token with it.
            await DropAsync(import.ImportId, CancellationToken.None);
            throw;
        }
    }

    /// <summary>Forgets what was received and not started.</summary>
    public async Task DropAsync(string importId, CancellationToken cancellationToken)
    {
        await uploads.DeleteAsync(importId, cancellationToken);
        await imports.DeleteAsync(importId, cancellationToken);
    }

    private async Task<(ImportRecord? Import, Problem? Problem)> MeasureAsync(
        ImportRecord import, Stream body, IncrementalHash hash, CancellationToken cancellationToken)
    {
        long length;
        if (import.Path is { } path)
        {
            var (file, problem) = ImportFolder.Find(options.Value.Folder, path);
            if (file is null)
            {
                return (null, Problems.InvalidBody(problem ?? "There is no such file.", "#/path"));
            }

            length = file.Length;
        }
        else
        {
            var limit = options.Value.MaxUploadBytes;
            length = await uploads.SaveAsync(import.ImportId, body, limit, bytes => hash.AppendData(bytes), cancellationToken);
            if (length > limit)
            {
                return (null, ImportAnswers.UploadTooLarge(limit));
            }
        }

        return await ReadHeaderAsync(import with { Length = length }, cancellationToken);
    }

    private async Task<(ImportRecord? Import, Problem? Problem)> ReadHeaderAsync(ImportRecord import, CancellationToken cancellationToken)
    {
        if (import.Format == ImportFormat.JsonLines)
        {
            return (import, null);
        }

        RawRecord? first = null;
        await foreach (var record in source.ReadAsync(import, RecordCursor.Start, cancellationToken))
        {
            first = record;
            break;
        }

        var (header, problem) = CsvHeader.Read(first);
        return header is not null && first is not null
            ? (import with { Header = RecordText.Decode(first.Content.Span), First = first.Next }, null)
            : (null, ImportAnswers.InvalidHeader(problem ?? "There is no header row."));
    }
}
