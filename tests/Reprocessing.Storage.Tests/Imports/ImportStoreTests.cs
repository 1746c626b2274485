using Reprocessing.Domain.Imports;
using Reprocessing.Storage.Imports;
using Reprocessing.Storage.Transfers;

namespace Reprocessing.Storage.Tests.Imports;

[Collection(AzuriteTests.Name)]
public sealed class ImportStoreTests(AzuriteFixture azurite)
{
    [Theory]
    [InlineData("a#b")]
    [InlineData("a?b")]
    [InlineData("a\u0007b")]
    public async Task What_can_be_no_id_is_not_there_and_the_service_is_not_asked(string id)
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var imports = new TransferStore<ImportRecord>(storage.Tables);
        storage.Faults.Reset();

        Assert.Null(await imports.GetAsync(id, default));
        Assert.Null(await imports.GetAsync(new string('a', 2_000), default));
        Assert.Null(await imports.EditAsync(id, import => import, default));

        Assert.Equal(0, storage.Faults.Calls);
    }

    [Fact]
    public async Task An_upload_is_read_back_from_any_place_in_it()
    {
        var blobs = await (await TestStorage.CreateAsync(azurite)).OpenBlobsAsync();
        var bytes = new byte[(2 * TransferBlobs.BlockBytes) + 12_345];
        new Random(7).NextBytes(bytes);
        var shown = 0L;

        var length = await blobs.UploadAsync("import-1", new MemoryStream(bytes), long.MaxValue, piece => shown += piece.Length, default);

        Assert.Equal((bytes.Length, bytes.Length), (length, shown));
        foreach (var from in (int[])[0, 1, TransferBlobs.BlockBytes - 1, TransferBlobs.BlockBytes, bytes.Length - 1, bytes.Length])
        {
            using var read = new MemoryStream();
            await using var content = await blobs.OpenUploadAsync("import-1", from, default);
            await content.CopyToAsync(read);
            Assert.True(bytes.AsSpan(from).SequenceEqual(read.ToArray()), $"from {from}");
        }

        await blobs.DeleteContentAsync("import-1", default);
        await blobs.DeleteContentAsync("import-1", default);
        Assert.Null(await blobs.ReadAsync("import-1", "content/upload", default));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(TransferBlobs.BlockBytes)]
    public async Task An_upload_that_is_made_again_is_the_later_one(int size)
    {
        var blobs = await (await TestStorage.CreateAsync(azurite)).OpenBlobsAsync();
        await blobs.UploadAsync("import-1", new MemoryStream(new byte[(3 * TransferBlobs.BlockBytes) + 1]), long.MaxValue, _ => { }, default);

        await blobs.UploadAsync("import-1", new MemoryStream(new byte[size]), long.MaxValue, _ => { }, default);

        await using var content = await blobs.OpenUploadAsync("import-1", 0, default);
        Assert.Equal(size, content.Length);
    }

    [Fact]
    public async Task An_upload_that_is_too_large_is_not_read_to_its_end_and_not_kept()
    {
        var blobs = await (await TestStorage.CreateAsync(azurite)).OpenBlobsAsync();
        var content = new MemoryStream(new byte[5 * TransferBlobs.BlockBytes]);

        var length = await blobs.UploadAsync("import-1", content, TransferBlobs.BlockBytes, _ => { }, default);

        Assert.Equal(2 * TransferBlobs.BlockBytes, length);
        Assert.Equal(content.Position, length);
        Assert.Null(await blobs.ReadAsync("import-1", "content/upload", default));
    }

    [Fact]
    public async Task An_upload_that_breaks_off_is_none()
    {
        for (var call = 1; call <= 3; call++)
        {
            var storage = await TestStorage.CreateAsync(azurite);
            var blobs = await storage.OpenBlobsAsync();
            storage.Faults.Spoil(call, FaultMode.CrashBefore);

            await Assert.ThrowsAsync<CrashException>(() => blobs.UploadAsync(
                "import-1", new MemoryStream(new byte[TransferBlobs.BlockBytes + 1]), long.MaxValue, _ => { }, default));

            storage.Faults.Reset();
            Assert.Null(await blobs.ReadAsync("import-1", "content/upload", default));
        }
    }

    [Fact]
    public async Task Imports_are_listed_newest_first_and_a_listing_that_leads_nowhere_is_passed_over()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var imports = new TransferStore<ImportRecord>(storage.Tables);
        for (var number = 1; number <= 5; number++)
        {
            await imports.CreateAsync(Import(number), default);
        }

        await storage.Tables.Imports.DeleteEntityAsync("import-4", ImportRecord.Kind);
        await imports.DeleteAsync("import-2", default);

        var first = await imports.ListAsync(2, null, default);
        var second = await imports.ListAsync(2, first.Next, default);

        Assert.Equal(["import-5", "import-3"], first.Items.Select(import => import.Id));
        Assert.Equal(["import-1"], second.Items.Select(import => import.Id));
        Assert.Null(second.Next);
        await Assert.ThrowsAsync<FormatException>(() => imports.ListAsync(2, "import-3", default));
    }

    [Fact]
    public async Task Edits_that_meet_are_both_made()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var imports = new TransferStore<ImportRecord>(storage.Tables);
        await imports.CreateAsync(Import(1), default);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            imports.EditAsync("import-1", import => import with { Length = import.Length + 1 }, default)));

        Assert.Equal(8, (await imports.GetAsync("import-1", default))?.Length);
        Assert.Null(await imports.EditAsync("none", import => import, default));
    }

    [Fact]
    public async Task A_page_that_is_written_again_is_one_page_wherever_the_first_writing_broke_off()
    {
        var rejected = Enumerable.Range(0, 250)
            .Select(line => new RejectedRecord(line + 2, RejectReason.InvalidOrder, "bad", $"raw {line}", line % 2 == 0 ? "A" : null)).ToList();
        var page = new ImportPage(1, new(10, 2), new(5_010, 502), new(500, 250, 0, 250));
        for (var call = 1; call <= 2; call++)
        {
            var storage = await TestStorage.CreateAsync(azurite);
            var pages = new ImportPages(storage.Tables, await storage.OpenBlobsAsync());
            storage.Faults.Spoil(call, FaultMode.CrashBefore);
            await Assert.ThrowsAsync<CrashException>(() => pages.SaveAsync("import-1", page, rejected, default));
            storage.Faults.Reset();
            Assert.Equal(0, (await pages.ReadAsync("import-1", default)).Totals.Pages);

            await pages.SaveAsync("import-1", page, rejected, default);
            await pages.SaveAsync("import-1", page, rejected, default);

            Assert.Equal(new ImportTotals(page.Counts, 5_000, 1), (await pages.ReadAsync("import-1", default)).Totals);
            Assert.Equal(rejected, await ListAsync(pages));
        }
    }

    [Fact]
    public async Task Rejected_records_may_be_large()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var pages = new ImportPages(storage.Tables, await storage.OpenBlobsAsync());
        var rejected = Enumerable.Range(0, 100)
            .Select(line => new RejectedRecord(line + 1, RejectReason.InvalidOrder, new string('\'', 75_000), "raw")).ToList();
        var page = new ImportPage(1, new(0, 1), new(300_000, 101), new(100, 0, 0, 100));

        await pages.SaveAsync("import-1", page, rejected, default);

        Assert.Equal(rejected, await ListAsync(pages));
        Assert.Equal(100, (await pages.ReadAsync("import-1", default)).Totals.Counts.Rejected);
    }

    [Fact]
    public async Task The_lookups_that_were_kept_first_stay_whoever_comes_later()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var pages = new ImportPages(storage.Tables, await storage.OpenBlobsAsync());
        var large = new string('x', 1_500_000);
        Assert.Empty(await pages.ReadLookupsAsync("import-1", 3, default));

        await pages.SaveLookupsAsync("import-1", 3, Found(7, large), default);
        await pages.SaveLookupsAsync("import-1", 3, Found(8, "late"), default);

        var (line, found) = Assert.Single(await pages.ReadLookupsAsync("import-1", 3, default));
        Assert.Equal((7, large), (line, found.GetString()));
        await (await storage.OpenBlobsAsync()).DeleteContentAsync("import-1", default);
        Assert.Empty(await pages.ReadLookupsAsync("import-1", 3, default));

        static Dictionary<long, JsonElement> Found(long line, string text) => new() { [line] = JsonSerializer.SerializeToElement(text) };
    }

    [Fact]
    public async Task The_page_at_work_that_made_progress_last_is_told_and_counts_once_it_is_done()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var pages = new ImportPages(storage.Tables, await storage.OpenBlobsAsync());
        var (start, counts) = (ManualTime.Start, new ImportCounts(500, 500));

        var first = await pages.BeginAsync("import-1", 1, "Enrich", isCanceled: false, start, default);
        var second = await pages.BeginAsync("import-1", 2, "Enrich", isCanceled: false, start.AddSeconds(1), default);
        var again = await pages.BeginAsync("import-1", 2, "Enrich", isCanceled: false, start.AddSeconds(2), default);
        var save = await pages.BeginAsync("import-1", 2, "Save", isCanceled: false, start.AddSeconds(3), default);
        await pages.ReportAsync("import-1", first! with { LastProgressAt = start.AddSeconds(9), Done = 7, Total = 500 }, default);

        Assert.Equal([1, 1, 2, 1], ((PageAtWork?[])[first, second, again, save]).Select(page => page!.Attempt));
        Assert.Equal((new ImportTotals(new(), 0, 0), new PageAtWork(1, "Enrich", 1, start.AddSeconds(9), 7, 500)), await pages.ReadAsync("import-1", default));

        await pages.SaveAsync("import-1", new(1, new(10, 2), new(5_010, 502), counts), [], default);
        await pages.ReportAsync("import-1", first with { LastProgressAt = start.AddSeconds(10) }, default);

        Assert.Equal((new ImportTotals(counts, 5_000, 1), save), await pages.ReadAsync("import-1", default));
    }

    [Fact]
    public async Task Rejected_records_are_listed_in_the_order_of_the_input_and_outlive_the_content()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var blobs = await storage.OpenBlobsAsync();
        var pages = new ImportPages(storage.Tables, blobs);
        RejectedRecord Record(long line) => new(line, RejectReason.Conflict, "bad", "raw");
        await pages.SaveAsync("import-1", new(2, new(50, 7), new(90, 12), new(5, 2, 0, 3)), [Record(9), Record(8), Record(11)], default);
        await pages.SaveAsync("import-1", new(1, new(10, 2), new(50, 7), new(5, 4, 0, 1)), [Record(4)], default);
        await blobs.DeleteContentAsync("import-1", default);

        foreach (var limit in (int[])[1, 2, 3, 4, 100])
        {
            Assert.Equal([4, 8, 9, 11], (await ListAsync(pages, limit)).Select(record => record.Line));
        }

        await Assert.ThrowsAsync<FormatException>(() => pages.ListRejectedAsync("import-1", 1, "r|1", default));
    }

    [Fact]
    public async Task Once_an_import_is_canceled_no_page_begins_and_one_that_has_begun_goes_on()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var pages = new ImportPages(storage.Tables, await storage.OpenBlobsAsync());
        await pages.BeginAsync("import-1", 1, "Enrich", isCanceled: false, ManualTime.Start, default);

        Assert.NotNull(await pages.BeginAsync("import-1", 1, "Save", isCanceled: true, ManualTime.Start, default));
        Assert.Null(await pages.BeginAsync("import-1", 2, "Enrich", isCanceled: true, ManualTime.Start, default));
        Assert.Null(await pages.BeginAsync("import-1", 2, "Save", isCanceled: true, ManualTime.Start, default));
    }

    private static async Task<List<RejectedRecord>> ListAsync(ImportPages pages, int limit = 100)
    {
        List<RejectedRecord> all = [];
        string? token = null;
        do
        {
            var page = await pages.ListRejectedAsync("import-1", limit, token, default);
            all.AddRange(page.Items);
            token = page.Next;
        }
        while (token is not null);

        return all;
    }

    private static ImportRecord Import(int number) => new()
    {
        Id = $"import-{number}",
        State = TransferState.Pending,
        Format = ImportFormat.Csv,
        Mode = ImportMode.Start,
        CreatedAt = ManualTime.Start.AddSeconds(number),
    };
}
