using Reprocessing.Domain.Exports;
using Reprocessing.Domain.Resets;
using Reprocessing.Domain.Retries;

namespace Reprocessing.Domain.Tests.Names;

/// <summary>These names are stored and published: a change here is a migration.</summary>
public sealed class EnumNamesTests
{
    [Fact]
    public void Vocabularies_are_frozen()
    {
        Assert.Equal("pending,in_progress,failed,pending_retry,completed,dead_letter,cancelled", Names<OrderPhase>());
        Assert.Equal("standard,next_day,same_day", Names<Priority>());
        Assert.Equal("validate,plan,pick,pack,ship", Names<Stage>());
        Assert.Equal("restarted,dead_lettered", Names<RunOutcome>());
        Assert.Equal("beginning,failed_stage", Names<RestartPoint>());
        Assert.Equal("created,started,stage_completed,failed,restarted,dead_lettered,completed,cancelled,note,taken_up,escalated,purged,reset", Names<TimelineEventKind>());
        Assert.Equal("superseded,active_workflow,not_failed,already_failed,not_begun,ended,not_dead_letter,dead_letter", Names<Refusal>());
        Assert.Equal("leased,not_failed,active_workflow,not_due,changed,already_in_run", Names<SkipReason>());
        Assert.Equal(
            "unknown,timeout,validation,command_failure,network,rate_limit,resource_exhausted,conflict", Names<ErrorType>());
        Assert.Equal("full,none", Names<RetryJitter>());
        Assert.Equal("immediate,fixed,linear,exponential,custom", Names<RetryStrategyKind>());
        Assert.Equal("drained,cap_reached,deadline,query_failed,failed,canceled,circuit_open", Names<StopReason>());
        Assert.Equal(
            "dead_letters,errors,full_runs,backlog,dead_letter_depth,dead_letter_age,failure_group,job_paused,job_circuit,no_run", Names<AlertKind>());
        Assert.Equal("raised,cleared", Names<AlertStatus>());
        Assert.Equal("reprocess,retry,resolve,purge,reset,restart,dead_letter,cancel", Names<JobOperation>());
        Assert.Equal("FirstWorkflowTask,LastWorkflowTask,LastContinuedAsNew", Names<ResetType>());
        Assert.Equal("running,succeeded,failed_same,failed_new,dead_lettered_again,cancelled", Names<BusinessOutcome>());
        Assert.Equal("closed,open,half_open", Names<CircuitState>());
        Assert.Equal("pending,running,started,succeeded,dead_lettered,failed,skipped,canceled", Names<ItemState>());
        Assert.Equal("run,pause,cancel", Names<DesiredState>());
        Assert.Equal("pending,running,paused,cancelling,canceled,succeeded,completed_with_failures,completed_with_skips,failed", Names<JobState>());
        Assert.Equal("manual_retry,cancelled,escalated", Names<DeadLetterResolution>());
        Assert.Equal("new,ongoing,regressed,resolved,archived", Names<FailureGroupState>());
        Assert.Equal("pending,running,completed,completed_with_skips,failed,canceled", Names<ExportState>());
        Assert.Equal("orders", Names<ExportSubject>());
        Assert.Equal("csv,jsonl", Names<ImportFormat>());
        Assert.Equal("start,elsewhere,failed", Names<ImportMode>());
        Assert.Equal("receiving,pending,running,completed,completed_with_rejects,failed,canceled", Names<ImportState>());
        Assert.Equal(
            "unterminated_quote,malformed_quote,record_too_large,invalid_utf8,invalid_json,wrong_field_count,invalid_order,conflict",
            Names<RejectReason>());
        Assert.Equal("Pending,Running,Completed,Failed,Terminated,Suspended", Names<WorkflowStatus>());
    }

    [Fact]
    public void Json_uses_the_same_names()
    {
        Assert.Equal("\"same_day\"", JsonSerializer.Serialize(Priority.SameDay));
        Assert.Equal(OrderPhase.PendingRetry, JsonSerializer.Deserialize<OrderPhase>("\"pending_retry\""));
        Assert.Equal(EnumNames.All<RejectReason>(), Enum.GetValues<RejectReason>().Select(value => JsonSerializer.SerializeToElement(value).GetString()));
        Assert.Equal(EnumNames.All<WorkflowStatus>(), Enum.GetValues<WorkflowStatus>().Select(value => JsonSerializer.SerializeToElement(value).GetString()));
        Assert.Equal(EnumNames.All<ImportFormat>(), Enum.GetValues<ImportFormat>().Select(value => JsonSerializer.SerializeToElement(value).GetString()));
    }

    [Fact]
    public void TryParse_of_an_unknown_name_is_false()
    {
        Assert.False(EnumNames.TryParse<Priority>("SameDay", out _));
        Assert.False(EnumNames.TryParse<Priority>(null, out _));
        Assert.True(EnumNames.TryParse<Priority>("same_day", out var priority));
        Assert.Equal(Priority.SameDay, priority);
    }

    private static string Names<TEnum>()
        where TEnum : struct, Enum => string.Join(',', EnumNames.All<TEnum>());
}
