using Reprocessing.Domain.Exports;
using Reprocessing.Domain.Imports;
using Reprocessing.Storage.Exports;
using Reprocessing.Storage.Transfers;

namespace Reprocessing.Storage.Tests.Exports;

[Collection(AzuriteTests.Name)]
public sealed class ExportStoreTests(AzuriteFixture azurite)
{
    private const string Id = "export-1";

    [Fact]
    public async Task The_page_that_was_written_first_counts_with_its_own_text()
    {
        var pages = await OpenAsync();
        var large = Text(1_000_017, seed: 1);

        var first = await pages.SaveAsync(Id, Page(1, large, records: 5, to: "o|B"), default);
        var second = await pages.SaveAsync(Id, Page(1, Text(40, seed: 2), records: 2, to: "o|C"), default);

        Assert.Equal(first, second);
        Assert.Equal((5, "o|B", false), (first.Counts.Records, first.To.After, first.IsLast));
        Assert.Equal(new ExportTotals(new(5, 0), large.Length, 1), await pages.CommitAsync(Id, default));
        Assert.Equal(large, await ReadAsync(pages, 0, large.Length));
    }

    [Fact]
    public async Task The_file_is_all_pages_in_order_and_any_bytes_of_it_can_be_read()
    {
        var pages = await OpenAsync();
        byte[][] texts = [Text(700_000, 1), [], Text(3, 2), Text(600_001, 3)];
        foreach (var (index, text) in texts.Index())
        {
            await pages.SaveAsync(Id, Page(index + 1, text, records: 1, to: $"o|{index}"), default);
        }

        await pages.CommitAsync(Id, default);
        var totals = await pages.CommitAsync(Id, default);

        var whole = texts.SelectMany(text => text).ToArray();
        Assert.Equal(new ExportTotals(new(4, 0), whole.Length, 4), totals);
        foreach (var (offset, length) in ((int, int)[])[(0, whole.Length), (0, 0), (0, 1), (699_999, 5), (700_002, 600_002), (whole.Length - 1, 1)])
        {
            Assert.Equal(whole[offset..(offset + length)], await ReadAsync(pages, offset, length));
        }
    }

    [Fact]
    public async Task An_export_without_a_record_is_an_empty_file()
    {
        var pages = await OpenAsync();

        Assert.Equal(ExportTotals.None, await pages.CommitAsync(Id, default));

        Assert.Empty(await ReadAsync(pages, 0, 0));
    }

    [Theory]
    [InlineData(1, nameof(FaultMode.CrashBefore))]
    [InlineData(1, nameof(FaultMode.CrashAfter))]
    [InlineData(2, nameof(FaultMode.CrashBefore))]
    public async Task A_page_whose_writing_broke_off_is_no_page_until_it_is_written_again(int call, string mode)
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var pages = new ExportPages(storage.Tables, await storage.OpenBlobsAsync());
        var text = Text(1_000, seed: 3);
        storage.Faults.Spoil(call, Enum.Parse<FaultMode>(mode));
        await Assert.ThrowsAsync<CrashException>(() => pages.SaveAsync(Id, Page(1, Text(text.Length, seed: 9), 5, "o|B"), default));
        storage.Faults.Reset();
        Assert.Null(await pages.GetAsync(Id, 1, default));

        await pages.SaveAsync(Id, Page(1, text, 5, "o|B"), default);

        Assert.Equal(new ExportTotals(new(5, 0), text.Length, 1), await pages.CommitAsync(Id, default));
        Assert.Equal(text, await ReadAsync(pages, 0, text.Length));
    }

    [Theory]
    [InlineData(nameof(FaultMode.CrashBefore))]
    [InlineData(nameof(FaultMode.CrashAfter))]
    [InlineData(nameof(FaultMode.AnswerLost))]
    public async Task A_file_whose_making_broke_off_is_made_again(string mode)
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var pages = new ExportPages(storage.Tables, await storage.OpenBlobsAsync());
        var text = Text(1_000, seed: 3);
        await pages.SaveAsync(Id, Page(1, text, 5, "o|B"), default);
        storage.Faults.Spoil(2, Enum.Parse<FaultMode>(mode));

        var failed = await Record.ExceptionAsync(() => pages.CommitAsync(Id, default));
        storage.Faults.Reset();
        var totals = await pages.CommitAsync(Id, default);

        Assert.Equal(mode != nameof(FaultMode.AnswerLost), failed is CrashException);
        Assert.Equal(1, totals.Pages);
        Assert.Equal(text, await ReadAsync(pages, 0, text.Length));
    }

    [Fact]
    public async Task What_was_skipped_is_listed_page_by_page_from_wherever_the_caller_is()
    {
        var pages = await OpenAsync();
        var all = Enumerable.Range(1, 7).Select(number => new SkippedRecord($"s00/o|{number}", $"{number}", "broken")).ToList();
        await pages.SaveAsync(Id, Page(1, Text(9, 1), 3, "o|3", [.. all[..3]]), default);
        await pages.SaveAsync(Id, Page(2, Text(9, 1), 0, "o|5"), default);
        await pages.SaveAsync(Id, Page(3, Text(9, 1), 4, "o|9", [.. all[3..]]), default);

        foreach (var limit in (int[])[1, 2, 3, 4, 7, 100])
        {
            List<SkippedRecord> listed = [];
            string? token = null;
            do
            {
                var page = await pages.ListSkippedAsync(Id, limit, token, default);
                Assert.InRange(page.Items.Count, 1, limit);
                listed.AddRange(page.Items);
                token = page.Next;
            }
            while (token is not null);

            Assert.Equal(all, listed);
        }

        await Assert.ThrowsAsync<FormatException>(() => pages.ListSkippedAsync(Id, 1, "elsewhere", default));
    }

    [Fact]
    public async Task Deleted_content_leaves_what_it_came_to_and_that_of_others()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var blobs = await storage.OpenBlobsAsync();
        var pages = new ExportPages(storage.Tables, blobs);
        foreach (var id in (string[])[Id, "export-10"])
        {
            await pages.SaveAsync(id, Page(1, Text(50, 1), 3, "o|3"), default);
            await pages.CommitAsync(id, default);
        }

        Assert.Equal([Id, "export-10"], await blobs.ListOwnersAsync(DateTimeOffset.MaxValue, default).ToListAsync());
        Assert.Empty(await blobs.ListOwnersAsync(DateTimeOffset.MinValue, default).ToListAsync());

        await blobs.DeleteContentAsync(Id, default);
        await blobs.DeleteContentAsync(Id, default);

        Assert.Equal(3, (await pages.GetAsync(Id, 1, default))?.Counts.Records);
        await Assert.ThrowsAsync<RequestFailedException>(() => ReadAsync(pages, 0, 50));
        Assert.Equal(["export-10"], await blobs.ListOwnersAsync(DateTimeOffset.MaxValue, default).ToListAsync());
    }

    [Fact]
    public async Task Exports_and_imports_are_not_taken_for_each_other()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var (exports, imports) = (new TransferStore<ExportRecord>(storage.Tables), new TransferStore<ImportRecord>(storage.Tables));
        await exports.CreateAsync(Export(1), default);
        await exports.CreateAsync(Export(2), default);

        Assert.Null(await imports.GetAsync("export-1", default));
        Assert.Empty((await imports.ListAsync(10, null, default)).Items);
        Assert.Empty(await imports.ListOpenAsync(default).ToListAsync());
        Assert.Equal(["export-2", "export-1"], (await exports.ListAsync(10, null, default)).Items.Select(export => export.Id));
    }

    [Fact]
    public async Task An_export_is_open_until_it_is_closed_wherever_its_making_broke_off()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var exports = new TransferStore<ExportRecord>(storage.Tables);
        await exports.CreateAsync(Export(2), default);
        await exports.CreateAsync(Export(1), default);
        storage.Faults.Spoil(2, FaultMode.CrashBefore);
        await Assert.ThrowsAsync<CrashException>(() => exports.CreateAsync(Export(3), default));
        storage.Faults.Reset();

        Assert.Equal(["export-1", "export-2"], await exports.ListOpenAsync(default).Select(export => export.Id).ToListAsync());
        await exports.CloseAsync(Export(1), default);
        await exports.CloseAsync(Export(1), default);

        Assert.Equal(["export-2"], await exports.ListOpenAsync(default).Select(export => export.Id).ToListAsync());
        Assert.NotNull(await exports.GetAsync("export-1", default));
    }

    private async Task<ExportPages> OpenAsync()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        return new(storage.Tables, await storage.OpenBlobsAsync());
    }

    private static byte[] Text(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static WrittenPage Page(int number, byte[] text, int records, string to, params SkippedRecord[] skipped) =>
        new(new(number, new(records, skipped.Length), text.Length, new(0, to), IsLast: false), text, skipped);

    private static async Task<byte[]> ReadAsync(ExportPages pages, long offset, long length)
    {
        await using var content = await pages.OpenAsync(Id, offset, length, default);
        using var all = new MemoryStream();
        await content.CopyToAsync(all);
        return all.ToArray();
    }

    private static ExportRecord Export(int number) => new()
    {
        Id = $"export-{number}",
        State = TransferState.Pending,
        What = ExportSubject.Orders,
        Format = ImportFormat.Csv,
        RequestedBy = "ops",
        CreatedAt = ManualTime.Start.AddSeconds(number),
    };
}
