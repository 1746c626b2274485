using Reprocessing.Domain.Imports;
using Reprocessing.Storage.Exports;
using Reprocessing.Functions.Transfers;

namespace Reprocessing.Functions.Tests.Exports;

public sealed class ExportOrchestratorTests
{
    private readonly List<WriteExportPageInput> _written = [];
    private readonly List<FinishTransferInput> _ends = [];
    private readonly OrchestrationHarness _harness;
    private int _pages = 1;
    private int? _cancelAt;
    private int? _failAt;
    private int _generations;

    public ExportOrchestratorTests() => _harness = new OrchestrationHarness(new ExportOrchestrationInput("export-1", new(500, 1000), OrderCursor.Start))
        .WithInput<ExportOrchestrationInput>()
        .Activity<string, bool>(nameof(ExportActivities.BeginExport), _ => true)
        .Activity<WriteExportPageInput, ExportPageBounds>(nameof(ExportActivities.WriteExportPage), Write)
        .Activity<FinishTransferInput, ExportResult>(nameof(ExportActivities.FinishExport), input =>
        {
            _ends.Add(input);
            return new(input.End, new(), input.Error);
        });

    [Fact]
    public async Task Pages_are_written_each_from_where_the_last_one_ended_and_the_history_begins_anew_every_twenty()
    {
        _pages = 45;

        var result = await RunToEndAsync();

        Assert.Equal(TransferState.Completed, result.State);
        Assert.Equal(Enumerable.Range(1, 45), _written.Select(page => page.Number));
        Assert.Equal(Enumerable.Range(0, 45).Select(page => page == 0 ? "" : $"o|{page:D3}"), _written.Select(page => page.From.After));
        Assert.Single(_harness.Calls, call => call.Name == nameof(ExportActivities.BeginExport));
        Assert.Equal(2, _generations);
        Assert.Equal((TransferState.Completed, null), (Assert.Single(_ends).End, _ends[0].Error));
    }

    [Fact]
    public async Task What_is_carried_on_is_small_and_holds_the_counts_so_far()
    {
        _pages = 25;

        await ExportOrchestrator.RunAsync(_harness.Context);

        var next = Assert.IsType<ExportOrchestrationInput>(_harness.Continuation);
        Assert.Equal((21, "o|020", 200, 20), (next.Page, next.Cursor.After, next.Counts?.Records, next.Counts?.Skipped));
        Assert.Empty(_ends);
    }

    [Fact]
    public async Task No_page_is_written_after_a_cancel()
    {
        (_pages, _cancelAt) = (30, 5);

        await RunToEndAsync();

        Assert.Equal(5, _written.Count);
        Assert.Equal(TransferState.Canceled, Assert.Single(_ends).End);
    }

    [Fact]
    public async Task A_page_that_cannot_be_written_fails_the_export_and_says_which_it_is()
    {
        (_pages, _failAt) = (30, 4);

        await RunToEndAsync();

        Assert.Equal(TransferState.Failed, Assert.Single(_ends).End);
        Assert.StartsWith("Page 4 cannot be written: ", _ends[0].Error, StringComparison.Ordinal);
        Assert.Equal(4, _written.Max(page => page.Number));
    }

    private async Task<ExportResult> RunToEndAsync()
    {
        while (true)
        {
            _harness.Continuation = null;
            var result = await ExportOrchestrator.RunAsync(_harness.Context);
            if (_harness.Continuation is not { } next)
            {
                return result;
            }

            _harness.Input = next;
            _generations++;
        }
    }

    private ExportPageBounds Write(WriteExportPageInput input)
    {
        _written.Add(input);
        return input.Number == _failAt ? throw OrchestrationHarness.Failure("page", "no storage")
            : input.Number == _cancelAt ? new(input.From, new(), IsLast: false, IsCancelRequested: true)
            : new(new(0, $"o|{input.Number:D3}"), new(10, 1), IsLast: input.Number == _pages);
    }
}
