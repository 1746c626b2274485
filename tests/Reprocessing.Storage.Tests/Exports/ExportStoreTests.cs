using Reprocessing.Domain.Exports;
using Reprocessing.Domain.Imports;
using Reprocessing.Storage.Exports;
using Reprocessing.Storage.Imports;

namespace Reprocessing.Storage.Tests.Exports;

[Collection(AzuriteTests.Name)]
public sealed class ExportStoreTests(AzuriteFixture azurite)
{
    private const string Id = "export-1";

    [Fact]
    public async Task The_page_that_was_written_first_counts_with_its_own_text()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var pages = new ExportPages(storage.Tables);
        var large = Text((2 * ImportRows.PieceBytes) + 17, seed: 1);

        var first = await pages.SaveAsync(Id, Page(1, large, records: 5, to: "o|B"), "a", default);
        var second = await pages.SaveAsync(Id, Page(1, Text(40, seed: 2), records: 2, to: "o|C"), "b", default);

        Assert.Equal(first, second);
        Assert.Equal((5, "o|B", false), (first.Counts.Records, first.To.After, first.IsLast));
        Assert.Equal(large, await ReadAsync(pages, 1));
    }

    [Fact]
    public async Task A_page_whose_writing_broke_off_is_no_page_until_it_is_written_again()
    {
        for (var call = 1; call <= 4; call++)
        {
            var storage = await TestStorage.CreateAsync(azurite);
            var pages = new ExportPages(storage.Tables);
            var text = Text((2 * ImportRows.PieceBytes) + 17, seed: 3);
            storage.Faults.Spoil(call, FaultMode.CrashBefore);
            await Assert.ThrowsAsync<CrashException>(() => pages.SaveAsync(Id, Page(1, Text(text.Length, seed: 9), 5, "o|B"), "a", default));
            storage.Faults.Reset();
            Assert.Null(await pages.GetAsync(Id, 1, default));

            await pages.SaveAsync(Id, Page(1, text, 5, "o|B"), "b", default);

            Assert.Equal(text, await ReadAsync(pages, 1));
            Assert.Equal(new ExportTotals(new(5, 0), text.Length, 1), await pages.SumAsync(Id, default));
        }
    }

    [Fact]
    public async Task What_was_skipped_is_listed_page_by_page_from_wherever_the_caller_is()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var pages = new ExportPages(storage.Tables);
        var all = Enumerable.Range(1, 7).Select(number => new SkippedRecord($"s00/o|{number}", $"{number}", "broken")).ToList();
        await pages.SaveAsync(Id, Page(1, Text(9, 1), 3, "o|3", [.. all[..3]]), "a", default);
        await pages.SaveAsync(Id, Page(2, Text(9, 1), 0, "o|5"), "a", default);
        await pages.SaveAsync(Id, Page(3, Text(9, 1), 4, "o|9", [.. all[3..]]), "a", default);

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
    public async Task Deleted_content_leaves_no_text_and_what_it_came_to()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var pages = new ExportPages(storage.Tables);
        await pages.SaveAsync(Id, Page(1, Text(2 * ImportRows.PieceBytes, 1), 3, "o|3"), "a", default);
        await pages.SaveAsync(Id, Page(1, Text(50, 1), 3, "o|3"), "late", default);
        var before = await pages.SumAsync(Id, default);

        await pages.DeleteContentAsync(Id, default);
        await pages.DeleteContentAsync(Id, default);

        Assert.Equal(before, await pages.SumAsync(Id, default));
        Assert.Single(await storage.RowsAsync(storage.Tables.Imports));
        await Assert.ThrowsAsync<InvalidOperationException>(() => ReadAsync(pages, 1));
    }

    [Fact]
    public async Task Exports_and_imports_are_not_taken_for_each_other()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var (exports, imports) = (new ExportStore(storage.Tables), new ImportStore(storage.Tables));
        await exports.CreateAsync(Export(1), default);
        await exports.CreateAsync(Export(2), default);

        Assert.Null(await imports.GetAsync("export-1", default));
        Assert.Empty((await imports.ListAsync(10, null, default)).Items);
        Assert.Equal(["export-2", "export-1"], (await exports.ListAsync(10, null, default)).Items.Select(export => export.ExportId));
    }

    [Fact]
    public async Task An_export_is_kept_until_it_is_forgotten_wherever_its_making_broke_off()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var exports = new ExportStore(storage.Tables);
        await exports.CreateAsync(Export(2), default);
        await exports.CreateAsync(Export(1), default);
        storage.Faults.Spoil(2, FaultMode.CrashBefore);
        await Assert.ThrowsAsync<CrashException>(() => exports.CreateAsync(Export(3), default));
        storage.Faults.Reset();

        Assert.Equal(["export-1", "export-2"], await KeptAsync(exports));
        await exports.ForgetKeptAsync(Export(1), default);
        await exports.ForgetKeptAsync(Export(1), default);

        Assert.Equal(["export-2"], await KeptAsync(exports));
        Assert.NotNull(await exports.GetAsync("export-1", default));
    }

    private static async Task<List<string>> KeptAsync(ExportStore exports)
    {
        List<string> kept = [];
        await foreach (var export in exports.ListKeptAsync(default))
        {
            kept.Add(export.ExportId);
        }

        return kept;
    }

    private static byte[] Text(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static WrittenPage Page(int number, byte[] text, int records, string to, params SkippedRecord[] skipped) =>
        new(new(number, new(records, skipped.Length), text.Length, new(0, to), IsLast: false), text, skipped);

    private static async Task<byte[]> ReadAsync(ExportPages pages, int number)
    {
        using var all = new MemoryStream();
        await foreach (var piece in pages.ReadAsync(Id, number, default))
        {
            all.Write(piece.Span);
        }

        return all.ToArray();
    }

    private static ExportRecord Export(int number) => new()
    {
        ExportId = $"export-{number}",
        State = ExportState.Pending,
        What = ExportSubject.Orders,
        Format = ImportFormat.Csv,
        RequestedBy = "ops",
        CreatedAt = ManualTime.Start.AddSeconds(number),
    };
}
