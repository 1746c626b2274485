using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Reprocessing.Domain.Exports;
using Reprocessing.Domain.Imports;
using Reprocessing.Storage.Audit;
using Reprocessing.Storage.Maintenance;
using Reprocessing.Storage.Resets;
using Reprocessing.Storage.Transfers;

namespace Reprocessing.Storage.Tests.Maintenance;

[Collection(AzuriteTests.Name)]
public sealed class RetentionStoreTests(AzuriteFixture azurite)
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset Now = ManualTime.Start;
    private static readonly DateTimeOffset Before = Now.AddDays(-5);
    private static readonly DateTimeOffset Old = Now.AddDays(-9);
    private static readonly DateTimeOffset Young = Now.AddDays(-4);

    private static readonly string[] AllKinds = ["plans", "jobs", "runs", "keys", "audit", "workflows", "imports", "exports"];

    public static TheoryData<string> Kinds => [.. AllKinds];

    public static TheoryData<string, string> KindsAndFaults
    {
        get
        {
            TheoryData<string, string> all = [];
            foreach (var (kind, mode) in from kind in AllKinds from mode in Enum.GetNames<FaultMode>() select (kind, mode))
            {
                all.Add(kind, mode);
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_ended_long_ago_goes_whole_and_what_is_young_or_at_work_stays_whole(string kind)
    {
        var expected = await (await OpenAsync(kind, isWithOld: false)).DumpAsync();
        var bench = await OpenAsync(kind, isWithOld: true);
        Assert.NotEqual(expected, await bench.DumpAsync());

        Assert.True(await bench.RemoveAsync(kind) > 0);

        Assert.Equal(expected, await bench.DumpAsync());
        Assert.Equal(0, await bench.RemoveAsync(kind));
    }

    [Theory]
    [MemberData(nameof(KindsAndFaults))]
    public async Task Whatever_call_it_dies_at_the_next_time_goes_on(string kind, string mode)
    {
        var expected = await (await OpenAsync(kind, isWithOld: false)).DumpAsync();
        var call = 0;
        for (var hasStruck = true; hasStruck;)
        {
            var bench = await OpenAsync(kind, isWithOld: true);
            bench.Storage.Faults.Spoil(++call, Enum.Parse<FaultMode>(mode));
            try
            {
                await bench.RemoveAsync(kind);
            }
            catch (CrashException)
            {
            }

            hasStruck = bench.Storage.Faults.HasStruck;
            bench.Storage.Faults.Reset();

            // A deletion whose answer was lost looks as if another had been quicker: the time after sees to what is left.
            await bench.RemoveAsync(kind);
            await bench.RemoveAsync(kind);
            Assert.Equal(expected, await bench.DumpAsync());
        }

        Assert.True(call > 3, $"{call} calls");
    }

    [Fact]
    public async Task A_large_job_does_not_exist_after_the_first_call_and_takes_several()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        await storage.Plans.AddItemsAsync(SampleJobs.PlanId, SampleJobs.Items(RetentionStore.RowsACall + 10), None);
        await SampleJobs.StoreAsync(storage, SampleJobs.Job(createdAt: Old) with { State = JobState.Succeeded, EndedAt = Old });
        var retention = new RetentionStore(storage.Tables, await storage.OpenBlobsAsync(), NullLogger<RetentionStore>.Instance);

        var first = await retention.RemoveJobsAsync(Before, null, None);
        Assert.Equal(RetentionStore.RowsACall, first.Removed);
        Assert.Null(await storage.Jobs.GetAsync(SampleJobs.JobId, None));
        Assert.Equal(11, (await storage.RowsAsync(storage.Tables.Jobs)).Count);

        Assert.Equal(new Removal(11, null), await retention.RemoveJobsAsync(Before, first.Next, None));
        Assert.Empty(await storage.RowsAsync(storage.Tables.Jobs));
    }

    [Fact]
    public async Task What_changes_of_orders_and_notifications_name_is_known_until_it_has_arrived()
    {
        var storage = await TestStorage.CreateAsync(azurite);
        var retention = new RetentionStore(storage.Tables, await storage.OpenBlobsAsync(), NullLogger<RetentionStore>.Instance);
        await storage.Orders.CreateAsync(new(TestStorage.Input("ORD-1")), None);
        await SampleJobs.ApplyAsync(storage, items: 2);

        Assert.Equal(["order-fulfillment-ORD-1"], await retention.ListNamedAsync(None));
        Assert.True(await retention.HasItemAsync(SampleJobs.JobId, TestStorage.OrderId(1), None));
        Assert.False(await retention.HasItemAsync(SampleJobs.JobId, TestStorage.OrderId(2), None));

        await storage.Workflows.ProjectAsync(None);
        Assert.Empty(await retention.ListNamedAsync(None));
    }

    private async Task<Bench> OpenAsync(string kind, bool isWithOld)
    {
        var storage = await TestStorage.CreateAsync(azurite, shards: 1);
        var bench = new Bench(storage, await storage.OpenBlobsAsync(), azurite.ConnectionString);
        await bench.SeedAsync(kind, isWithOld);
        storage.Time.Now = Now;
        storage.Faults.Reset();
        return bench;
    }

    private sealed class Bench(TestStorage storage, TransferBlobs blobs, string connection)
    {
        private readonly RetentionStore _retention = new(storage.Tables, blobs, NullLogger<RetentionStore>.Instance);

        public TestStorage Storage => storage;

        public async Task<int> RemoveAsync(string kind) => kind switch
        {
            "plans" => await AllAsync(position => _retention.RemovePlansAsync(Before, Now, position, None)),
            "jobs" => await AllAsync(position => _retention.RemoveJobsAsync(Before, position, None))
                + await AllAsync(position => _retention.RemovePlansAsync(Before, Now, position, None)),
            "runs" => await AllAsync(position => _retention.RemoveRunsAsync(Before, position, None)),
            "keys" => await AllAsync(_ => _retention.RemoveRequestKeysAsync(Before, None)),
            "audit" => await AllAsync(_ => _retention.RemoveAuditAsync(Before, None)),
            "workflows" => await AllAsync(_ => RemoveWorkflowsAsync()),
            "imports" => await AllAsync(position => _retention.RemoveTransfersAsync<ImportRecord>(Before, Now, position, None)),
            _ => await AllAsync(position => _retention.RemoveTransfersAsync<ExportRecord>(Before, Now, position, None)),
        };

        public async Task SeedAsync(string kind, bool isWithOld)
        {
            await (kind switch
            {
                "plans" => SeedPlansAsync(isWithOld),
                "jobs" => SeedJobsAsync(isWithOld),
                "runs" => SeedRunsAsync(isWithOld),
                "keys" => SeedKeysAsync(isWithOld),
                "audit" => SeedAuditAsync(isWithOld),
                "workflows" => SeedWorkflowsAsync(isWithOld),
                "imports" => SeedImportsAsync(isWithOld),
                _ => SeedExportsAsync(isWithOld),
            });
        }

        public async Task<string> DumpAsync()
        {
            TableClient[] all = [storage.Tables.Jobs, storage.Tables.Results, storage.Tables.Audit, storage.Tables.Workflows, storage.Tables.Imports];
            var container = new BlobServiceClient(connection).GetBlobContainerClient((storage.Options.TablePrefix + "transfers").ToLowerInvariant());
            var tables = await Task.WhenAll(all.Select(storage.DumpAsync));
            var names = await container.GetBlobsAsync(new GetBlobsOptions()).Select(blob => blob.Name).ToListAsync();
            return string.Concat(tables) + string.Join('\n', names);
        }

        private static async Task<int> AllAsync(Func<string?, Task<Removal>> remove)
        {
            var (total, position) = (0, default(string));
            do
            {
                var removal = await remove(position);
                (total, position) = (total + removal.Removed, removal.Next);
            }
            while (position is not null);

            return total;
        }

        private async Task<Removal> RemoveWorkflowsAsync()
        {
            var removed = 0;
            foreach (var id in new[] { "old", "young", "running" })
            {
                removed += await _retention.RemoveWorkflowAsync(id, Before, None) ? 1 : 0;
            }

            return new(removed, null);
        }

        private async Task SeedPlansAsync(bool isWithOld)
        {
            await PutPlanAsync(SampleJobs.Plan("young", Young));
            await PutPlanAsync(SampleJobs.Plan("held", Old) with { ExpiresAt = Now.AddHours(1) });
            if (isWithOld)
            {
                await PutPlanAsync(SampleJobs.Plan("old", Old), items: 150);

                // Whose making died before its head was stored.
                await storage.Plans.AddItemsAsync(JobIds.Plan("dead"), SampleJobs.Items(2), None);
                await storage.Tables.Jobs.AddEntityAsync(JobRows.Listed(JobRows.PlanIndex, Old, JobIds.Plan("dead")));
            }
        }

        private async Task SeedJobsAsync(bool isWithOld)
        {
            await PutJobAsync("young", JobState.Succeeded, endedAt: Young);
            await PutJobAsync("open", JobState.Paused, endedAt: null);
            await PutJobAsync("resets", JobState.Failed, endedAt: Old);
            await new ResetStore(storage.Tables, storage.Time).OpenJobAsync(JobIds.Job("resets"), None);
            await PutPlanAsync(SampleJobs.Plan("held", Old) with { ExpiresAt = Now.AddHours(1) });
            if (isWithOld)
            {
                await PutJobAsync("old", JobState.CompletedWithFailures, endedAt: Old.AddHours(1), items: 120);
                await storage.Tables.Jobs.AddEntityAsync(new TableEntity("old", "o"));
                await new ResetStore(storage.Tables, storage.Time).WriteAsync(
                    JobIds.Job("old"), null, new ResetStep("w", ResetStage.Begun, "Orchestrator", Old), None);

                // An apply that died: the plan can still be applied.
                await storage.Tables.Jobs.AddEntityAsync(JobRows.Listed(JobRows.JobIndex, Old, JobIds.Job("held")));
            }
        }

        private async Task SeedRunsAsync(bool isWithOld)
        {
            await PutRunAsync(Old.AddMinutes(15), JobState.Running);
            await PutRunAsync(Young, JobState.Succeeded);
            await storage.Results.SaveSkippedTickAsync(new(Young, TickSkipReason.Disabled), None);
            if (isWithOld)
            {
                await PutRunAsync(Old, JobState.Succeeded);
                await storage.Results.SaveSkippedTickAsync(new(Old, TickSkipReason.Disabled), None);
            }
        }

        private async Task SeedKeysAsync(bool isWithOld)
        {
            var keys = new RequestKeys(storage.Tables, storage.Time);
            foreach (var (at, number) in new[] { (Young, 1), (Old, 2), (Old, 3), (Old, 4) }.Where(one => isWithOld || one.Item1 == Young))
            {
                storage.Time.Now = at;
                await keys.BindAsync("jobs", $"key-{number}", "hash", "job-1", None);
            }
        }

        private async Task SeedAuditAsync(bool isWithOld)
        {
            var log = new AuditLog(storage.Tables);
            foreach (var (at, id) in new[] { (Young, "young"), (Before.AddHours(-1), "same day"), (Old, "old"), (Old.AddDays(-30), "older") })
            {
                if (isWithOld || at > Old)
                {
                    await log.AddAsync(new(id, at, "ann", "job.paused", "job-1"), None);
                }
            }
        }

        private async Task SeedWorkflowsAsync(bool isWithOld)
        {
            WorkflowRecord record = new("young", "T", WorkflowStatus.Completed, Old) { CloseTime = Young, OriginalInput = "{}" };
            await storage.Workflows.RecordAsync([record, record with { InstanceId = "running", Status = WorkflowStatus.Running, CloseTime = null }], None);
            if (isWithOld)
            {
                await storage.Workflows.RecordAsync([record with { InstanceId = "old", CloseTime = Old }], None);
            }
        }

        private async Task SeedImportsAsync(bool isWithOld)
        {
            ImportRecord record = new() { Id = "young", State = TransferState.Completed, Format = ImportFormat.Csv, Mode = ImportMode.Start, CreatedAt = Old, EndedAt = Young, KeptUntil = Young };
            await PutAsync(record);
            await PutAsync(record with { Id = "running", State = TransferState.Running, EndedAt = null, KeptUntil = null });
            if (isWithOld)
            {
                await PutAsync(record with { Id = "old", EndedAt = Old, KeptUntil = Old });
            }
        }

        private async Task SeedExportsAsync(bool isWithOld)
        {
            ExportRecord record = new()
            {
                Id = "kept", State = TransferState.Completed, Format = ImportFormat.Csv, What = ExportSubject.Orders, RequestedBy = "ann", CreatedAt = Old, EndedAt = Old, KeptUntil = Now.AddDays(1),
            };
            await PutAsync(record);
            if (isWithOld)
            {
                await PutAsync(record with { Id = "old", KeptUntil = Young });
            }
        }

        private async Task PutPlanAsync(PlanRecord plan, int items = 3)
        {
            await storage.Plans.AddItemsAsync(plan.PlanId, SampleJobs.Items(items), None);
            await storage.Plans.CreateAsync(plan, None);
        }

        private async Task PutJobAsync(string key, JobState state, DateTimeOffset? endedAt, int items = 3)
        {
            await PutPlanAsync(SampleJobs.Plan(key, Old) with { JobId = JobIds.Job(key) }, items);
            await SampleJobs.StoreAsync(storage, SampleJobs.Job(key, Old) with { State = state, EndedAt = endedAt });
        }

        private async Task PutRunAsync(DateTimeOffset startedAt, JobState state)
        {
            var (runId, _) = RunIds.At(startedAt.UtcDateTime);
            await storage.Jobs.CreateRunAsync(SampleJobs.Run(runId) with { State = state, EndedAt = state.HasEnded() ? startedAt.AddMinutes(1) : null }, None);
            await storage.Jobs.RecordChunkAsync(runId, new(1, 0, 0), [SampleJobs.Started("ORD-1")], None);
        }

        private async Task PutAsync<T>(T record)
            where T : TransferRecord, ITransferKind
        {
            await new TransferStore<T>(storage.Tables).CreateAsync(record, None);
            await storage.Tables.Imports.AddEntityAsync(new TableEntity(record.Id, PageRows.Key(1)));
            await blobs.WriteAsync(record.Id, "content/upload", "x", isFirstToStay: false, None);
            await blobs.WriteAsync(record.Id, "rejected-0000001", "x", isFirstToStay: false, None);
        }
    }
}
