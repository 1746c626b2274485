namespace Reprocessing.Cli.Tests.Reports;

public sealed class ReportTests
{
    [Fact]
    public async Task A_job_is_told_with_outcomes_patterns_and_reasons()
    {
        using var cli = new CliRun();
        var ended = ""","outcomes":{"succeeded":2,"failedSame":1},"result":{"durationSeconds":61,"errorPatterns":{"The shelf was empty.":1},"timeline":[{"at":"2026-03-01T09:00:00Z","actor":"dana","action":"job.paused","reason":"too hot"}],"leftovers":{"pending":0,"failed":1,"command":"reprocess dlq retry --from-job job-1"}}""";
        cli.Network.Get("/api/jobs/job-1", Responses.Job("completed_with_failures", succeeded: 2, failed: 1, further: ended))
            .Get("/api/jobs/job-1/items", Responses.Page(null, """{"id":"order-1","state":"failed","reason":"timed_out"}"""));

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("report", "job-1", "-o", "csv"));
        foreach (var line in new[] { "Outcomes,failedSame,1", "Error patterns,The shelf was empty.,1", "Timeline,2026-03-01 09:00:00Z,job.paused by dana; too hot", "Left,command,reprocess dlq retry --from-job job-1", "Reasons of failed items,timed_out,1", "Job,duration,1 min 01 s" })
        {
            Assert.Contains($"{line}\r\n", cli.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Markdown_cannot_be_broken_by_a_reason()
    {
        using var cli = new CliRun();
        cli.Network.Get("/api/jobs/job-1", Responses.Job("succeeded").Replace("The shelf is full again.", "a | b <script> [x](http://y)\\n# c", StringComparison.Ordinal));

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("report", "job-1", "--markdown"));
        Assert.Contains("""| reason | a \| b \<script\> \[x\](http://y)\\n# c |""", cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_period_sums_up_its_days()
    {
        using var cli = new CliRun();
        var days = """{"days":[{"day":"2026-03-01","runs":2,"foundCount":10},{"day":"2026-02-28","runs":1,"foundCount":5}]}""";
        cli.Network.Get("/api/reprocessing/summary", days)
            .Get("/api/statistics/dead-letters", """{"unresolvedCount":4,"byErrorType":{"timeout":4}}""")
            .Get("/api/failure-groups", Responses.Page(null, """{"fingerprint":"3f2a","openCount":4,"count":4,"state":"new","errorType":"timeout","sampleReason":"Slow."}"""));

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("report", "--days", "2", "-o", "csv"));
        Assert.Contains("All days,found,15\r\n", cli.Out, StringComparison.Ordinal);
        Assert.Contains("Dead letters,unresolved,4\r\n", cli.Out, StringComparison.Ordinal);
        Assert.Equal("GET /api/reprocessing/summary?days=2", cli.Network.Lines.First());
    }
}
