using Azure.Data.Tables;
using Reprocessing.Domain.Exports;
using Reprocessing.Domain.Imports;
using Reprocessing.Storage.Exports;
using Reprocessing.Storage.Rows;
using Reprocessing.Storage.Transfers;

namespace Reprocessing.Functions.Tests.Exports;

public sealed class WriteExportPageTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeStorage _storage = new();
    private bool _isCancelRequested;

    private ExportPages Pages => new(_storage.Tables, _storage.Blobs);

    [Theory]
    [InlineData(3, 512 * 1024, 3)]
    [InlineData(500, 50, 1)]
    [InlineData(500, 512 * 1024, 10)]
    public async Task A_page_ends_with_the_record_that_fills_it(int records, int bytes, int written)
    {
        await AddOrdersAsync(10);

        var page = await WriteAsync(new(records, bytes));

        Assert.Equal((written, written == 10), (page.Counts.Records, page.IsLast));
        Assert.Equal(written, Assert.Single(_storage.Staged).Count(letter => letter == '\n'));
        Assert.Equal(written == 10 ? OrderCursor.Start : new(0, $"o|A-{written - 1}"), page.To);
    }

    [Fact]
    public async Task A_page_of_rows_that_cannot_be_read_ends_too()
    {
        for (var number = 0; number < 150; number++)
        {
            await _storage.Tables.Orders.AddEntityAsync(new TableEntity("s00", $"o|{number:D5}"));
        }

        var page = await WriteAsync(new(500, 512 * 1024));

        Assert.Equal((0, 100, false), (page.Counts.Records, page.Counts.Skipped, page.IsLast));
        Assert.Equal("o|00099", page.To.After);
    }

    [Fact]
    public async Task A_page_that_is_written_is_answered_as_it_is_and_not_written_again()
    {
        await AddOrdersAsync(10);
        var known = new ExportPage(1, new(4, 1), 400, new(2, "o|other"), IsLast: false);
        await Pages.SaveAsync("export-1", new(known, Encoding.UTF8.GetBytes("text"), []), default);

        var page = await WriteAsync(new(500, 512 * 1024));

        Assert.Equal(new(known.To, known.Counts, IsLast: false), page);
        Assert.Equal(["text"], _storage.Staged);
    }

    [Fact]
    public async Task Nothing_is_written_once_a_cancel_is_asked_for()
    {
        await AddOrdersAsync(10);
        _isCancelRequested = true;

        Assert.True((await WriteAsync(new(500, 512 * 1024))).IsCancelRequested);

        Assert.Null(await Pages.GetAsync("export-1", 1, default));
    }

    [Fact]
    public async Task The_end_alone_is_no_page()
    {
        var page = await WriteAsync(new(500, 512 * 1024));

        Assert.True(page.IsLast);
        Assert.Null(await Pages.GetAsync("export-1", 1, default));
    }

    private async Task AddOrdersAsync(int count)
    {
        for (var number = 0; number < count; number++)
        {
            var input = new OrderInput($"A-{number}", "C-1", [new("S-1", 1, 0.5m)]);
            var row = OrderRows.Order("s00", OrderTransitions.CreateExternal(input, Now).Order, []);
            await _storage.Tables.Orders.AddEntityAsync(row.WithJson(input, OrderRows.Input));
        }
    }

    private async Task<ExportPageBounds> WriteAsync(ExportLimits limits)
    {
        var exports = new TransferStore<ExportRecord>(_storage.Tables);
        await exports.CreateAsync(
            new()
            {
                Id = "export-1",
                State = TransferState.Running,
                What = ExportSubject.Orders,
                Format = ImportFormat.JsonLines,
                RequestedBy = "ops",
                CreatedAt = Now,
                IsCancelRequested = _isCancelRequested,
            },
            default);
        var activities = new ExportActivities(
            new(exports, _storage.Blobs, TimeProvider.System),
            Pages,
            new(new(_storage.Tables), NullLogger<OrderPageWriter>.Instance),
            Options.Create(new ExportOptions()),
            TimeProvider.System,
            NullLogger<ExportActivities>.Instance);
        return await activities.WriteExportPage(new("export-1", 1, OrderCursor.Start, limits), default);
    }
}
