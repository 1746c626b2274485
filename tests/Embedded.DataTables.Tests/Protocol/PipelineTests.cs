using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Tracing;
using System.Net;
using Azure.Core;
using Azure.Core.Diagnostics;
using Azure.Core.Pipeline;

namespace Embedded.DataTables.Tests.Protocol;

public sealed class PipelineTests
{
    private const string NotFound = """{"odata.error":{"code":"ResourceNotFound","message":{"lang":"en-US","value":"none"}}}""";

    private readonly FakeService _service = new();

    [Fact]
    public async Task A_busy_service_is_asked_again_with_the_same_body()
    {
        _service
            .Answers(HttpStatusCode.ServiceUnavailable)
            .Answers(HttpStatusCode.InternalServerError)
            .Fails(new HttpRequestException("reset"))
            .Answers(HttpStatusCode.NoContent);

        var response = await _service.Table().AddEntityAsync(new TableEntity("p", "r") { ["n"] = 1 });

        Assert.Equal(204, response.Status);
        Assert.Equal(4, _service.Sent.Count);
        Assert.All(_service.Sent, request => Assert.Equal("""{"PartitionKey":"p","RowKey":"r","n":1}""", request.Body));
        Assert.All(_service.Sent, request => Assert.StartsWith("SharedKeyLite account:", request.Headers["Authorization"], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Retries_end_with_the_services_error()
    {
        var options = _service.Options();
        options.Retry.MaxRetries = 2;
        for (var i = 0; i < 3; i++)
        {
            _service.Answers(HttpStatusCode.ServiceUnavailable, """{"odata.error":{"code":"ServerBusy","message":{"value":"busy"}}}""");
        }

        var error = await Assert.ThrowsAsync<TableTransactionFailedException>(
            () => _service.Table(options).SubmitTransactionAsync([new(TableTransactionActionType.Add, new TableEntity("p", "r"))]));

        Assert.Equal((503, "ServerBusy", null), (error.Status, error.ErrorCode, error.FailedTransactionActionIndex));
        Assert.Equal(3, _service.Sent.Count);
    }

    [Fact]
    public async Task A_conflict_is_not_retried()
    {
        _service.Answers(HttpStatusCode.Conflict, """{"odata.error":{"code":"EntityAlreadyExists","message":{"value":"there"}}}""");

        await Assert.ThrowsAsync<RequestFailedException>(() => _service.Table().AddEntityAsync(new TableEntity("p", "r")));

        Assert.Single(_service.Sent);
    }

    [Fact]
    public async Task A_users_policies_see_every_call_and_every_try()
    {
        var (calls, tries) = (new CountingPolicy(), new CountingPolicy());
        var options = _service.Options();
        options.AddPolicy(calls, HttpPipelinePosition.PerCall);
        options.AddPolicy(tries, HttpPipelinePosition.PerRetry);
        _service.Answers(HttpStatusCode.ServiceUnavailable).Answers(HttpStatusCode.NoContent).Answers(HttpStatusCode.NoContent);
        var table = _service.Table(options);

        await table.AddEntityAsync(new TableEntity("p", "r"));
        await table.DeleteEntityAsync("p", "r");

        Assert.Equal((2, 3), (calls.Requests, tries.Requests));
    }

    [Fact]
    public async Task A_users_policy_can_lose_an_answer_that_was_carried_out()
    {
        var options = _service.Options();
        options.Retry.MaxRetries = 0;
        options.AddPolicy(new LostAnswerPolicy(), HttpPipelinePosition.PerRetry);

        await Assert.ThrowsAsync<IOException>(() => _service.Table(options).AddEntityAsync(new TableEntity("p", "r")));

        Assert.Single(_service.Sent);
    }

    [Fact]
    public async Task A_cancelled_call_ends_at_once()
    {
        using var cancellation = new CancellationTokenSource();
        _service.Hangs();

        var call = _service.Table().AddEntityAsync(new TableEntity("p", "r"), cancellation.Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Single(_service.Sent);
    }

    [Fact]
    public async Task A_cancelled_query_ends_at_once()
    {
        using var cancellation = new CancellationTokenSource();
        _service.Hangs();
        await using var rows = _service.Table().QueryAsync<TableEntity>(cancellationToken: cancellation.Token).GetAsyncEnumerator();

        var next = rows.MoveNextAsync().AsTask();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    [Fact]
    public async Task A_row_that_may_be_missing_is_no_error_in_the_log()
    {
        var errors = new ConcurrentQueue<string>();
        var mark = AzuriteFixture.NewName();
        using var listener = new AzureEventSourceListener(
            (entry, text) =>
            {
                if (entry.EventName is "ErrorResponse" && text.Contains(mark, StringComparison.Ordinal))
                {
                    errors.Enqueue(text);
                }
            },
            EventLevel.Verbose);
        var options = _service.Options();
        options.Diagnostics.LoggedHeaderNames.Add("x-mark");
        _service.Answers(HttpStatusCode.NotFound, NotFound, headers: ("x-mark", mark)).Answers(HttpStatusCode.NotFound, NotFound, headers: ("x-mark", mark));

        var row = await _service.Table(options).GetEntityIfExistsAsync<TableEntity>("p", "r");
        Assert.False(row.HasValue);
        Assert.Empty(errors);

        await Assert.ThrowsAsync<RequestFailedException>(() => _service.Table(options).GetEntityAsync<TableEntity>("p", "r"));
        Assert.Single(errors);
    }

    [Fact]
    public async Task An_operation_is_a_span_that_carries_its_failure()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var root = new Activity("test").Start();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("Azure.Data.Tables.", StringComparison.Ordinal),
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == root.TraceId)
                {
                    spans.Enqueue(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        _service.Answers(HttpStatusCode.NoContent).Answers(HttpStatusCode.NotFound, NotFound);

        await _service.Table().AddEntityAsync(new TableEntity("p", "r"));
        await Assert.ThrowsAsync<RequestFailedException>(() => _service.Table().GetEntityAsync<TableEntity>("p", "r"));

        Assert.Equal(["TableClient.AddEntity", "TableClient.GetEntity"], spans.Select(span => span.OperationName));
        Assert.Equal([ActivityStatusCode.Unset, ActivityStatusCode.Error], spans.Select(span => span.Status));
        Assert.Equal("ResourceNotFound", spans.Last().GetTagItem("error.type"));
    }

    private sealed class LostAnswerPolicy : HttpPipelineSynchronousPolicy
    {
        public override void OnReceivedResponse(HttpMessage message) => throw new IOException("The connection broke before the answer.");
    }
}
