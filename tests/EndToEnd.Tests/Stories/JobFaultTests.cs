using System.Net;
using EndToEnd.Tests.Hosts;
using EndToEnd.Tests.Orders;
using EndToEnd.Tests.Waiting;
using Reprocessing.Domain.Jobs;
using Reprocessing.Storage.Jobs;
using Xunit.Abstractions;

namespace EndToEnd.Tests.Stories;

public sealed class JobFaultTests(Hosts.Storage storage, ITestOutputHelper output) : IClassFixture<Hosts.Storage>
{
    private const int Letters = 3;

    /// <summary>Neighbours are alike, and so many jobs one after the other take long.</summary>
    private const int EveryNth = 15;

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    /// <summary>However slow the machine is while the clock is moved, no call runs out of time.</summary>
    private static readonly (string, string)[] Patient =
        [("JobSelectTimeout", "01:00:00"), ("JobProcessTimeout", "01:00:00"), ("MaintenanceSchedule", "0 * * * * *"), ("MaintenanceInterval", "01:00:00")];

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Whichever_request_to_storage_fails_a_job_ends_as_without_it(bool waits, bool isCarriedOut)
    {
        var clock = new ManualTimeProvider(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero));
        await using var app = await InProcessApp.StartAsync(storage, clock, Patient);

        var number = isCarriedOut ? 1 : 1 + (EveryNth / 2);
        for (StorageTap.NthRequest fault; ; number += EveryNth)
        {
            var ids = await app.Store.SeedDeadLettersAsync(Letters, prefix: $"fault{number:D3}");
            var plan = await app.Client.PlanRetryAsync(new { ids }, new { timeoutPerItemSeconds = 86_400 });
            fault = app.Tap.FailNth(number, isCarriedOut);
            var jobId = await ApplyAsync(app, plan.Text("planId")!, waits);
            var job = await PlayAsync(app, clock, jobId, number);
            Assert.True(
                (JobState.Succeeded, Letters, Letters) == (job.State, job.Tally.Found, waits ? job.Tally.Succeeded : job.Tally.Started),
                $"Request {number}: {job.State} {job.StateReason} {job.Tally}{Environment.NewLine}{app.Log.Complaints()}");
            if (!fault.HasFailed)
            {
                break;
            }
        }

        output.WriteLine($"One of {number} requests was failed, every {EveryNth}th in its turn.");
        Assert.InRange(number, 60, 1_000);
        await app.VerifyAsync();
    }

    /// <summary>As a client does that is told that the server has failed: again, with its key.</summary>
    private static async Task<string> ApplyAsync(InProcessApp app, string planId, bool waits)
    {
        ApiResponse? answer = null;
        for (var attempt = 0; attempt < 3 && answer?.Status != HttpStatusCode.Accepted; attempt++)
        {
            answer = await app.Client.SendJsonAsync(
                HttpMethod.Post,
                "/api/jobs",
                new { planId, waitForOutcome = waits, reason = "The shelves are full again.", requestedBy = JobRequests.Operator },
                ("Idempotency-Key", planId));
        }

        return answer!.Expect(HttpStatusCode.Accepted).Json.Text("jobId")!;
    }

    /// <summary>Until the job has ended and its orders are completed: a workflow whose start was lost is started by the next run.</summary>
    private static async Task<JobRecord> PlayAsync(InProcessApp app, ManualTimeProvider clock, string jobId, int number)
    {
        JobRecord? job = null;
        var seconds = 0;
        await Eventually.TrueAsync(
            async () =>
            {
                clock.Advance(Step);
                if (++seconds % 150 == 0)
                {
                    await app.Client.StartRunAsync();
                }

                // Around the tap: the requests that are failed are the app's.
                job = await app.Store.Jobs.GetAsync(jobId, CancellationToken.None);
                return job?.State.HasEnded() == true && (await app.Store.CountStatusesAsync()).Keys.SequenceEqual(["completed"]);
            },
            seen: () => $"Request {number}: {job}{Environment.NewLine}{app.Log.Complaints()}",
            pause: TimeSpan.FromMilliseconds(5));
        return job!;
    }
}
