using System.Runtime.CompilerServices;

namespace Reprocessing.Functions.Tests.DeadLetters;

public sealed class ExportDeadLettersTests
{
    private readonly Mock<IDeadLetters> _deadLetters = new();
    private DeadLetterQuery? _asked;
    private int _read;

    [Fact]
    public async Task JSON_lines_have_a_whole_entry_each()
    {
        Hold([SampleLetters.Entry("A1", "two\nlines"), SampleLetters.Entry("A2")]);

        var answer = await ExportAsync("");

        Assert.Equal("application/x-ndjson; charset=utf-8", answer.Header("Content-Type"));
        Assert.Matches("^attachment; filename=\"dead-letters-[0-9]{8}-[0-9]{6}\\.jsonl\"$", answer.Header("Content-Disposition"));
        var text = await TextAsync(answer);
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var lines = text.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["A1", "A2"], lines.Select(line => line.GetProperty("orderId").GetString()));
        Assert.Equal("two\nlines", lines[0].GetProperty("finalFailureReason").GetString());
        Assert.Equal("order-fulfillment-A1", lines[0].GetProperty("retryHistory")[0].GetProperty("workflowId").GetString());
        Assert.Same(DeadLetterScope.Unresolved, _asked!.Scope);
    }

    [Fact]
    public async Task CSV_has_a_head_and_a_record_an_entry_with_no_formula_in_it()
    {
        var noted = SampleLetters.Entry("A1", "=1+1, \"so\"") with { Notes = [new("look", "ada", default), new("old", "", default)] };
        Hold([noted, SampleLetters.Entry("A2") with { Resolution = DeadLetterResolution.Escalated, ResolvedBy = "-bob" }]);

        var answer = await ExportAsync("?format=csv&resolution=any");

        Assert.Equal("text/csv; charset=utf-8; header=present", answer.Header("Content-Type"));
        Assert.Equal(
            [
                "orderId,customerId,finalFailureStatus,errorType,finalFailureReason,fingerprint,failedAt,movedToQueueAt,totalRetryAttempts,reopenCount,"
                    + "resolution,resolvedAt,resolvedBy,runId,movedBy,originalWorkflowId,priority,promisedDeliveryAt,itemCount,totalWeight,shippingCity,"
                    + "shippingState,notes",
                "A1,C1,picking_failed,command_failure,\"'=1+1, \"\"so\"\"\",0123456789abcdef,2026-03-01T12:00:00.0000000Z,2026-03-01T12:01:00.0000000Z,5,0,"
                    + ",,,,,order-fulfillment-A1,same_day,,2,1.5,Denver,CO,\"ada: look\nold\"",
                "A2,C1,picking_failed,command_failure,no picker,0123456789abcdef,2026-03-01T12:00:00.0000000Z,2026-03-01T12:01:00.0000000Z,5,0,"
                    + "escalated,,'-bob,,,order-fulfillment-A2,same_day,,2,1.5,Denver,CO,",
                "",
            ],
            (await TextAsync(answer)).Split("\r\n"));
        Assert.Same(DeadLetterScope.Any, _asked!.Scope);
    }

    [Fact]
    public async Task An_export_of_nothing_is_empty_but_for_the_head()
    {
        Hold([]);

        Assert.Empty(await TextAsync(await ExportAsync("")));
        Assert.StartsWith("orderId,", await TextAsync(await ExportAsync("?format=csv")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Entries_are_read_no_faster_than_the_body_is_taken()
    {
        const int Entries = 20_000;
        Hold(Enumerable.Range(0, Entries).Select(number => SampleLetters.Entry($"A{number}")));

        var answer = await ExportAsync("?format=csv");
        var atFirst = _read;
        var buffer = new byte[100_000];
        await answer.Body.ReadExactlyAsync(buffer);
        var later = _read;
        var rest = await TextAsync(answer);

        Assert.InRange(atFirst, 1, 300);
        Assert.InRange(later, atFirst + 1, 1_500);
        Assert.Equal(Entries, _read);
        Assert.Equal(Entries + 1, (Encoding.UTF8.GetString(buffer) + rest).Split("\r\n").Length - 1);
        Assert.False(answer.Body.CanSeek);
    }

    [Fact]
    public async Task A_filter_is_asked_of_the_entries()
    {
        Hold([]);

        await ExportAsync("?filter=errorType%20%3D%20timeout");

        Assert.NotNull(_asked!.Filter);
    }

    [Theory]
    [InlineData("?format=xml", "invalid_parameter")]
    [InlineData("?resolution=gone", "invalid_parameter")]
    [InlineData("?filter=errorType%20%3D", "invalid_filter")]
    public async Task What_cannot_be_exported_is_a_400(string query, string code)
    {
        Hold([]);

        var answer = await ExportAsync(query);

        Assert.Equal((HttpStatusCode.BadRequest, code), (answer.StatusCode, answer.Json().GetProperty("code").GetString()));
        Assert.Null(_asked);
    }

    [Fact]
    public async Task A_storage_that_does_not_answer_is_a_503_and_one_that_stops_answering_breaks_the_body_off()
    {
        Hold(Failing(after: 0));
        var atOnce = await ExportAsync("");
        Hold(Failing(after: 1_000));
        var later = await ExportAsync("");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, atOnce.StatusCode);
        Assert.Equal(HttpStatusCode.OK, later.StatusCode);
        await Assert.ThrowsAsync<RequestFailedException>(() => TextAsync(later));
    }

    [Fact]
    public async Task A_reader_that_leaves_ends_the_reading_of_the_queue()
    {
        Hold(Enumerable.Range(0, 20_000).Select(number => SampleLetters.Entry($"A{number}")));
        var answer = await ExportAsync("");
        using var left = new CancellationTokenSource();
        await left.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await answer.Body.CopyToAsync(Stream.Null, left.Token));
        await answer.Body.DisposeAsync();

        Assert.InRange(_read, 1, 300);
    }

    private static IEnumerable<DeadLetterEntry> Failing(int after)
    {
        for (var number = 0; number < after; number++)
        {
            yield return SampleLetters.Entry($"A{number}");
        }

        throw new RequestFailedException(503, "busy");
    }

    private void Hold(IEnumerable<DeadLetterEntry> entries) => _deadLetters
        .Setup(deadLetters => deadLetters.ReadAsync(It.IsAny<DeadLetterQuery>(), It.IsAny<CancellationToken>()))
        .Returns((DeadLetterQuery query, CancellationToken cancel) => ReadAsync(query, entries, cancel));

    private async IAsyncEnumerable<DeadLetterEntry> ReadAsync(
        DeadLetterQuery query, IEnumerable<DeadLetterEntry> entries, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _asked = query;
        foreach (var entry in entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
            _read++;
            yield return entry;
        }
    }

    private Task<HttpResponseData> ExportAsync(string query) =>
        new FakeRequest("GET", $"/api/exports/dead-letters{query}").SendAsync(request =>
            new DeadLetterExportFunctions(_deadLetters.Object, TimeProvider.System).ExportDeadLetters(request, default));

    private static async Task<string> TextAsync(HttpResponseData answer)
    {
        using var text = new MemoryStream();
        await answer.Body.CopyToAsync(text);
        return Encoding.UTF8.GetString(text.ToArray());
    }
}
