using Reprocessing.Domain.Imports;
using Reprocessing.Functions.Imports;
using Reprocessing.Functions.Transfers;

namespace Reprocessing.Functions.Tests.Imports;

public sealed class ImportOrchestratorTests
{
    private static readonly ImportLimits Limits = new(3, 500, 1000, TimeSpan.FromSeconds(30), IsEnriching: false);

    private readonly List<int> _saved = [];
    private readonly List<int> _enriched = [];
    private readonly List<FinishTransferInput> _ends = [];
    private readonly OrchestrationHarness _harness;
    private int _pages = 1;
    private int? _cancelAt;
    private int? _failAt;
    private int? _notEnriched;
    private int _generations;

    public ImportOrchestratorTests() => _harness = new OrchestrationHarness(new ImportOrchestrationInput("import-1", Limits, RecordCursor.Start))
        .WithInput<ImportOrchestrationInput>()
        .Activity<string, bool>(nameof(ImportActivities.BeginImport), _ => true)
        .Activity<ReadImportPagesInput, ImportPageEnds>(nameof(ImportActivities.ReadImportPages), Read)
        .Activity<FinishTransferInput, ImportResult>(nameof(ImportActivities.FinishImport), input =>
        {
            _ends.Add(input);
            return new(input.End, new(), input.Error);
        })
        .Activity<ImportPageWork, int>(nameof(EnrichImportPage), work =>
        {
            _enriched.Add(work.Number);
            return work.Number == _notEnriched ? throw OrchestrationHarness.Failure("page", "no answer") : 10;
        })
        .Activity<ImportPageWork, ImportCounts?>(nameof(SaveImportPage), work =>
        {
            if (work.Number > _cancelAt)
            {
                return null;
            }

            _saved.Add(work.Number);
            return work.Number == _failAt ? throw OrchestrationHarness.Failure("page", "no storage") : new(Read: 10, Stored: 10);
        });

    [Fact]
    public async Task Pages_are_saved_in_order_and_the_history_begins_anew_every_twenty()
    {
        _pages = 45;

        var result = await RunToEndAsync();

        Assert.Equal(TransferState.Completed, result.State);
        Assert.Equal(Enumerable.Range(1, 45), _saved);
        Assert.Empty(_enriched);
        Assert.Single(_harness.Calls, call => call.Name == nameof(ImportActivities.BeginImport));
        Assert.Equal(2, _generations);
        Assert.Equal((TransferState.Completed, null), (Assert.Single(_ends).End, _ends[0].Error));
    }

    [Fact]
    public async Task What_is_carried_on_is_small_and_holds_the_counts_so_far()
    {
        _pages = 25;

        await ImportOrchestrator.RunAsync(_harness.Context);

        var next = Assert.IsType<ImportOrchestrationInput>(_harness.Continuation);
        Assert.Equal((21, 2_000, 200), (next.Page, next.Cursor.Offset, next.Counts?.Stored));
        Assert.Empty(_ends);
    }

    [Fact]
    public async Task An_empty_input_ends_without_a_page()
    {
        _pages = 0;

        await RunToEndAsync();

        Assert.Empty(_saved);
        Assert.Equal(TransferState.Completed, Assert.Single(_ends).End);
    }

    [Fact]
    public async Task No_page_begins_after_a_cancel()
    {
        (_pages, _cancelAt) = (30, 5);

        await RunToEndAsync();

        Assert.Equal(5, _saved.Count);
        Assert.Equal(TransferState.Canceled, Assert.Single(_ends).End);
    }

    [Fact]
    public async Task A_page_that_cannot_be_stored_fails_the_import_and_says_which_it_is()
    {
        (_pages, _failAt) = (30, 4);

        await RunToEndAsync();

        Assert.InRange(_saved.Count, 4, 8);
        Assert.Equal(TransferState.Failed, Assert.Single(_ends).End);
        Assert.Contains("Page 4, from line 31, ", _ends[0].Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_cannot_be_enriched_is_saved_without()
    {
        (_pages, _notEnriched) = (3, 2);
        _harness.Input = new ImportOrchestrationInput("import-1", Limits with { IsEnriching = true }, RecordCursor.Start);

        await RunToEndAsync();

        Assert.Equal([1, 2, 3], _enriched);
        Assert.Equal([1, 2, 3], _saved);
        Assert.Equal((TransferState.Completed, null), (Assert.Single(_ends).End, _ends[0].Error));
    }

    private async Task<ImportResult> RunToEndAsync()
    {
        while (true)
        {
            _harness.Continuation = null;
            var result = await ImportOrchestrator.RunAsync(_harness.Context);
            if (_harness.Continuation is not { } next)
            {
                return result;
            }

            _harness.Input = next;
            _generations++;
        }
    }

    private ImportPageEnds Read(ReadImportPagesInput input)
    {
        var first = (int)(input.From.Offset / 100);
        var ends = Enumerable.Range(first + 1, Math.Min(20, _pages - first)).Select(page => new RecordCursor(page * 100, 1 + (page * 10))).ToList();
        return new(ends, IsLast: first + ends.Count == _pages);
    }
}
