namespace ReprocessingFunctions.Imports;

/// <summary>
/// Takes an import's input in, stored, measured and with a header that makes sense, and starts its orchestration. A request that is repeated
/// under its key continues the import that the first one made, wherever that one was cut off.
/// </summary>
internal sealed class ImportStarter(
    ITransferStore<ImportRecord> imports,
    TransferBlobs blobs,
    ImportSource source,
    IRequestKeys keys,
    IOptions<ImportOptions> options,
    TimeProvider time,
    ILogger<ImportStarter> logger)
{
    public const string KeyScope = "imports";

    /// <param name="key">The request's own; null when it has none.</param>
    public async Task<ImportRecord> StartAsync(
        DurableTaskClient client, ImportRequest asked, Stream body, RequestKey? key, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var own = new ImportRecord
        {
            Id = TransferIds.New<ImportRecord>(now),
            State = TransferState.Receiving,
            Format = asked.Format,
            Mode = asked.Mode,
            Path = asked.Path,
            CreatedAt = now,
        };
        // The import is stored before its upload, so that it is ended when the host dies meanwhile.
        await imports.CreateAsync(own, cancellationToken);
        string importId;
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(Encoding.UTF8.GetBytes($"{EnumNames.Of(asked.Format)}|{EnumNames.Of(asked.Mode)}|{asked.Path}|"));
            own = own with { Length = await MeasureAsync(own, body, hash, cancellationToken) };
            own = await ReadHeaderAsync(own, cancellationToken);
            var request = key is null ? null : key with { RequestHash = Convert.ToHexStringLower(hash.GetHashAndReset()) };
            importId = await keys.BindAsync(request, own.Id, cancellationToken);
        }
        catch
        {
            // The caller may have gone, and its token with it.
            await DropAsync(own.Id, CancellationToken.None);
            throw;
        }

        if (importId != own.Id)
        {
            await HandOverAsync(own, importId, cancellationToken);
        }

        return await StartAsync(client, await MakeReadyAsync(own with { Id = importId, State = TransferState.Pending }, cancellationToken), cancellationToken);
    }

    private async Task<ImportRecord> StartAsync(DurableTaskClient client, ImportRecord import, CancellationToken cancellationToken)
    {
        if (!import.State.IsFinal())
        {
            var settings = options.Value;
            var limits = new ImportLimits(
                settings.Parallelism, settings.PageRecords, settings.PageBytes, settings.HeartbeatTimeout, settings.EnrichmentUrl is { Length: > 0 });
            var input = new ImportOrchestrationInput(import.Id, limits, import.First);
            if (await client.StartOnceAsync(nameof(ImportOrchestrator), import.Id, input, cancellationToken))
            {
                logger.ImportStarted(import.Id, import.Format, import.Mode, import.Length);
            }
        }

        return import;
    }

    private async Task<long> MeasureAsync(ImportRecord import, Stream body, IncrementalHash hash, CancellationToken cancellationToken)
    {
        if (import.Path is { } path)
        {
            var (file, problem) = ImportFolder.Find(options.Value.Folder, path);
            return file?.Length ?? throw new ProblemException(Problems.InvalidBody(problem ?? "There is no such file.", "#/path"));
        }

        var limit = options.Value.MaxUploadBytes;
        var length = await blobs.UploadAsync(import.Id, body, limit, bytes => hash.AppendData(bytes), cancellationToken);
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

    /// <summary>Gives the input to the import that the first request has made, in case that one was cut off before all of it was there.</summary>
    private async Task HandOverAsync(ImportRecord own, string importId, CancellationToken cancellationToken)
    {
        if (own.Path is null && await imports.GetAsync(importId, cancellationToken) is null or { State: TransferState.Receiving })
        {
            await using var content = await blobs.OpenUploadAsync(own.Id, 0, cancellationToken);
            await blobs.UploadAsync(importId, content, own.Length, _ => { }, cancellationToken);
        }

        await DropAsync(own.Id, cancellationToken);
    }

    private async Task<ImportRecord> MakeReadyAsync(ImportRecord ready, CancellationToken cancellationToken)
    {
        var stored = await imports.EditAsync(
            ready.Id,
            import => import.State == TransferState.Receiving
                ? ready with
                {
                    CreatedAt = import.CreatedAt,
                    IsCancelRequested = import.IsCancelRequested,
                    CanceledBy = import.CanceledBy,
                    CancelReason = import.CancelReason,
                }
                : null,
            cancellationToken);
        if (stored is not null)
        {
            return stored;
        }

        await imports.CreateAsync(ready, cancellationToken);
        return ready;
    }

    /// <summary>Deletes what was received and not started.</summary>
    private async Task DropAsync(string importId, CancellationToken cancellationToken)
    {
        await blobs.DeleteContentAsync(importId, cancellationToken);
        await imports.DeleteAsync(importId, cancellationToken);
    }
}
