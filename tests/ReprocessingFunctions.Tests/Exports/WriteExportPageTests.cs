using Reprocessing.Domain.Exports;
using Reprocessing.Domain.Imports;
using Reprocessing.Storage.Exports;
using Reprocessing.Storage.Transfers;

namespace ReprocessingFunctions.Tests.Exports;

public sealed class WriteExportPageTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly Mock<IExportPages> _pages = new();
    private readonly List<ScannedRow> _rows = [];
    private WrittenPage? _saved;
    private bool _isCancelRequested;

    public WriteExportPageTests() => _pages
        .Setup(pages => pages.SaveAsync("export-1", It.IsAny<WrittenPage>(), It.IsAny<CancellationToken>()))
        .ReturnsAsync((string _, WrittenPage page, CancellationToken _) => (_saved = page).Page);

    [Theory]
    [InlineData(3, 512 * 1024, 3)]
    [InlineData(500, 50, 1)]
    [InlineData(500, 512 * 1024, 10)]
    public async Task A_page_ends_with_the_record_that_fills_it(int records, int bytes, int written)
    {
        AddOrders(10);

        var page = await WriteAsync(new(records, bytes));

        Assert.Equal((written, written == 10), (page.Counts.Records, page.IsLast));
        Assert.Equal(written, Encoding.UTF8.GetString(_saved!.Text.Span).Count(letter => letter == '\n'));
        Assert.Equal(written == 10 ? OrderCursor.Start : _rows[written - 1].Next, page.To);
    }

    [Fact]
    public async Task A_page_of_rows_that_cannot_be_read_ends_too()
    {
        for (var number = 0; number < 150; number++)
        {
            OrderCursor at = new(0, $"o|{number:D5}");
            _rows.Add(new ScannedRow.Broken(at, new($"s00/o|{number:D5}", null, "broken")));
        }

        var page = await WriteAsync(new(500, 512 * 1024));

        Assert.Equal((0, 100, false), (page.Counts.Records, page.Counts.Skipped, page.IsLast));
        Assert.Equal("o|00099", page.To.After);
    }

    [Fact]
    public async Task A_page_that_is_written_is_answered_as_it_is_and_not_written_again()
    {
        AddOrders(10);
        var known = new ExportPage(1, new(4, 1), 400, new(2, "o|other"), IsLast: false);
        _pages.Setup(pages => pages.GetAsync("export-1", 1, It.IsAny<CancellationToken>())).ReturnsAsync(known);

        var page = await WriteAsync(new(500, 512 * 1024));

        Assert.Equal(new(known.To, known.Counts, IsLast: false), page);
        Assert.Null(_saved);
    }

    [Fact]
    public async Task Nothing_is_written_once_a_cancel_is_asked_for()
    {
        AddOrders(10);
        _isCancelRequested = true;

        Assert.True((await WriteAsync(new(500, 512 * 1024))).IsCancelRequested);

        Assert.Null(_saved);
    }

    [Fact]
    public async Task The_end_alone_is_no_page()
    {
        var page = await WriteAsync(new(500, 512 * 1024));

        Assert.True(page.IsLast);
        Assert.Null(_saved);
    }

    private void AddOrders(int count)
    {
        for (var number = 0; number < count; number++)
        {
            var input = new OrderInput($"A-{number}", "C-1", [new("S-1", 1, 0.5m)]);
            var order = OrderTransitions.CreateExternal(input, Now).Order;
            _rows.Add(new ScannedRow.Read(new(0, $"o|A-{number}"), order, input));
        }
    }

    private Task<ExportPageBounds> WriteAsync(ExportLimits limits)
    {
        var exports = new Mock<ITransferStore<ExportRecord>>();
        exports.Setup(store => store.GetAsync("export-1", It.IsAny<CancellationToken>())).ReturnsAsync(new ExportRecord
        {
            Id = "export-1",
            State = TransferState.Running,
            What = ExportSubject.Orders,
            Format = ImportFormat.JsonLines,
            RequestedBy = "ops",
            CreatedAt = Now,
            IsCancelRequested = _isCancelRequested,
        });
        var scan = new Mock<IOrderScan>();
        scan.Setup(orders => orders.ReadAsync(null, OrderCursor.Start, It.IsAny<CancellationToken>())).Returns(_rows.ToAsyncEnumerable());
        var writer = new OrderPageWriter(scan.Object, NullLogger<OrderPageWriter>.Instance);
        return new WriteExportPage(exports.Object, _pages.Object, writer, TimeProvider.System)
            .RunAsync(new("export-1", 1, OrderCursor.Start, limits), default);
    }
}
