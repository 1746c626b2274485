namespace Reprocessing.Functions.Imports;

/// <summary>A request that is repeated under its key continues the import that the first one made, wherever that one was cut off.</summary>
internal sealed class ImportStarter(
    TransferStore<ImportRecord> imports,
    TransferBlobs blobs,
    ImportSource source,
    IRequestKeys keys,
    IOptions<ImportOptions> options,
    TimeProvider time)
{
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
            RequestedBy = asked.RequestedBy,
            CreatedAt = now,
        };
        // The import is stored before its upload, so that it is ended when the host dies meanwhile.
        await imports.CreateAsync(own, cancellationToken);
        var (importId, isBinding) = (own.Id, false);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(Encoding.UTF8.GetBytes($"{EnumNames.Of(asked.Format)}|{EnumNames.Of(asked.Mode)}|{asked.Path}|"));
            own = own with { Length = await MeasureAsync(own, body, hash, cancellationToken) };
            own = await ReadHeaderAsync(own, cancellationToken);
            var request = key is null ? null : key with { RequestHash = Convert.ToHexStringLower(hash.GetHashAndReset()) };
            isBinding = true;
            importId = await keys.BindAsync(request, own.Id, cancellationToken);
        }
        catch (Exception e) when (!isBinding || e is ProblemException)
        {
            // The caller may have gone, and its token with it. What the key may be bound to stays: a repeated request continues it.
            await DropAsync(own.Id, CancellationToken.None);
            throw;
        }

        if (importId != own.Id)
        {
            // The first request has bound the key when all of its input was there, which is the same.
            await DropAsync(own.Id, cancellationToken);
        }

        var import = await imports.EditAsync(
            importId,
            stored => stored.State == TransferState.Receiving
                ? stored with { State = TransferState.Pending, Length = own.Length, Header = own.Header, First = own.First }
                : null,
            cancellationToken) ?? throw new InvalidOperationException($"There is no import {importId}.");
        if (!import.State.IsFinal())
        {
            var settings = options.Value;
            var limits = new ImportLimits(
                settings.Parallelism, settings.PageRecords, settings.PageBytes, settings.HeartbeatTimeout, settings.EnrichmentUrl is { Length: > 0 });
            await client.StartOnceAsync(
                nameof(ImportOrchestrator), import.Id, new ImportOrchestrationInput(import.Id, limits, import.First), cancellationToken);
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

    private async Task DropAsync(string importId, CancellationToken cancellationToken)
    {
        await blobs.DeleteContentAsync(importId, cancellationToken);
        await imports.DeleteAsync(importId, cancellationToken);
    }
}

internal sealed class ImportOptions : IValidatableObject
{
    public string? Folder { get; set; }

    /// <summary>Bytes of an upload. The Functions host takes no more than 100 MiB.</summary>
    [Range(1, 10L * 1024 * 1024 * 1024)]
    public long MaxUploadBytes { get; set; } = 100 * 1024 * 1024;

    [Range(1, 32)]
    public int Parallelism { get; set; } = 4;

    [Range(1, 500)]
    public int PageRecords { get; set; } = 500;

    [Range(1024, 512 * 1024)]
    public int PageBytes { get; set; } = 512 * 1024;

    /// <summary>Asked for each order; <c>{orderId}</c> and <c>{customerId}</c> in it are replaced. Without it nothing is looked up.</summary>
    [OutgoingAddress]
    public string? EnrichmentUrl { get; set; }

    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan EnrichmentTimeout { get; set; } = TimeSpan.FromSeconds(2);

    [Range(1, 64)]
    public int EnrichmentParallelism { get; set; } = 16;

    [Range(typeof(TimeSpan), "00:00:02", "01:00:00")]
    public TimeSpan HeartbeatTimeout { get; set; } = TimeSpan.FromSeconds(30);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Folder is { Length: > 0 } folder && !Path.IsPathFullyQualified(folder))
        {
            yield return new($"'{folder}' is not a full path.", [nameof(Folder)]);
        }
    }
}
