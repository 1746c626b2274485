using Embedded.DurableTask.History;

namespace Embedded.DurableTask.Tests.History;

/// <summary>The stored form of each event is frozen: histories outlive the process that wrote them.</summary>
public sealed class HistoryCodecTests
{
    private static readonly DateTime At = new(2026, 1, 2, 3, 4, 5, 6, DateTimeKind.Utc);
    private static readonly DateTime Later = new(2026, 1, 2, 4, 0, 0, DateTimeKind.Utc);
    private static readonly Dictionary<string, string> Tags = new() { ["k"] = "v" };
    private static readonly FailureRecord Failure = new("My.Error", "went wrong", "   at X()", new FailureRecord("Inner", "deeper"), true);

    private static Dictionary<string, HistoryEvent> Frozen { get; } = new()
    {
        ["""{"kind":"OrchestratorStarted","timestamp":"2026-01-02T03:04:05.006Z"}"""] = new OrchestratorStarted(At),
        ["""{"kind":"ExecutionStarted","name":"Main","input":"{\"a\":1}","version":"1.0","generation":3,"engineVersion":1,"timestamp":"2026-01-02T03:04:05.006Z"}"""]
            = new ExecutionStarted(At, "Main", "{\"a\":1}", "1.0", 3, 1),
        ["""{"kind":"TaskScheduled","name":"Act","input":"1","version":"2","tags":{"k":"v"},"taskId":4,"timestamp":"2026-01-02T03:04:05.006Z"}"""]
            = new TaskScheduled(At, 4, "Act", "1", "2", Tags),
        ["""{"kind":"TaskCompleted","taskId":4,"result":"\"<é>\"","timestamp":"2026-01-02T03:04:05.006Z"}"""]
            = new TaskCompleted(At, 4, "\"<é>\""),
        ["""{"kind":"TaskFailed","taskId":4,"failure":{"errorType":"My.Error","errorMessage":"went wrong","stackTrace":"   at X()","innerFailure":{"errorType":"Inner","errorMessage":"deeper","isNonRetriable":false},"isNonRetriable":true},"timestamp":"2026-01-02T03:04:05.006Z"}"""]
            = new TaskFailed(At, 4, Failure),
        ["""{"kind":"TimerCreated","fireAt":"2026-01-02T04:00:00Z","taskId":5,"timestamp":"2026-01-02T03:04:05.006Z"}"""]
            = new TimerCreated(At, 5, Later),
        ["""{"kind":"TimerFired","taskId":5,"fireAt":"2026-01-02T04:00:00Z","timestamp":"2026-01-02T03:04:05.006Z"}"""]
            = new TimerFired(At, 5, Later),
        ["""{"kind":"TimerCanceled","taskId":5,"timestamp":"2026-01-02T03:04:05.006Z"}"""] = new TimerCanceled(At, 5),
        ["""{"kind":"SubOrchestrationCreated","name":"Child","instanceId":"c","input":"1","version":"2","tags":{"k":"v"},"taskId":6,"timestamp":"2026-01-02T03:04:05.006Z"}"""]
            = new SubOrchestrationCreated(At, 6, "Child", "c", "1", "2", Tags),
        ["""{"kind":"SubOrchestrationCompleted","taskId":6,"result":"1","timestamp":"2026-01-02T03:04:05.006Z"}"""]
            = new SubOrchestrationCompleted(At, 6, "1"),
        ["""{"kind":"SubOrchestrationFailed","taskId":6,"failure":{"errorType":"Inner","errorMessage":"deeper","isNonRetriable":false},"timestamp":"2026-01-02T03:04:05.006Z"}"""]
            = new SubOrchestrationFailed(At, 6, new FailureRecord("Inner", "deeper")),
        ["""{"kind":"EventRaised","name":"go","input":"1","timestamp":"2026-01-02T03:04:05.006Z"}"""] = new EventRaised(At, "go", "1"),
        ["""{"kind":"EventSent","instanceId":"other","name":"go","input":"1","taskId":7,"timestamp":"2026-01-02T03:04:05.006Z"}"""]
            = new EventSent(At, 7, "other", "go", "1"),
        ["""{"kind":"ExecutionSuspended","reason":"why","timestamp":"2026-01-02T03:04:05.006Z"}"""] = new ExecutionSuspended(At, "why"),
        ["""{"kind":"ExecutionResumed","timestamp":"2026-01-02T03:04:05.006Z"}"""] = new ExecutionResumed(At),
        ["""{"kind":"ExecutionTerminated","output":"bye","recursive":true,"timestamp":"2026-01-02T03:04:05.006Z"}"""]
            = new ExecutionTerminated(At, "bye", true),
        ["""{"kind":"ExecutionCompleted","status":"Failed","result":"Inner: deeper","failure":{"errorType":"Inner","errorMessage":"deeper","isNonRetriable":false},"timestamp":"2026-01-02T03:04:05.006Z"}"""]
            = new ExecutionCompleted(At, CompletionStatus.Failed, "Inner: deeper", new FailureRecord("Inner", "deeper")),
        ["""{"kind":"ContinuedAsNew","input":"2","version":"","carriedOver":[{"name":"go","input":"1","timestamp":"2026-01-02T03:04:05.006Z"}],"timestamp":"2026-01-02T03:04:05.006Z"}"""]
            = new ContinuedAsNew(At, "2", "", [new EventRaised(At, "go", "1")]),
    };

    public static TheoryData<string> Documents => [.. Frozen.Keys];

    [Theory]
    [MemberData(nameof(Documents))]
    public void An_event_is_written_as_ever(string json) => Assert.Equal($"[{json}]", HistoryCodec.Serialize([Frozen[json]]));

    [Theory]
    [MemberData(nameof(Documents))]
    public void An_event_is_read_as_ever(string json)
    {
        var read = Assert.Single(HistoryCodec.Deserialize($"[{json}]"));

        Assert.IsType(Frozen[json].GetType(), read);
        Assert.Equal(DateTimeKind.Utc, read.Timestamp.Kind);
        Assert.Equal($"[{json}]", HistoryCodec.Serialize([read]));
    }

    [Fact]
    public void Every_kind_of_event_is_frozen_here()
    {
        var kinds = typeof(HistoryEvent).Assembly.GetTypes()
            .Where(static type => type.IsSubclassOf(typeof(HistoryEvent)) && !type.IsAbstract);

        Assert.Equal(
            kinds.Select(static kind => kind.Name).Order(StringComparer.Ordinal),
            Frozen.Values.Select(static e => e.GetType().Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("""[{"kind":"TaskTeleported","timestamp":"2026-01-02T03:04:05Z"}]""")]
    [InlineData("""[{"timestamp":"2026-01-02T03:04:05Z"}]""")]
    [InlineData("""[{"kind":"TimerCanceled","taskId":5,"timestamp":"2026-01-02T03:04:05Z","color":"red"}]""")]
    [InlineData("""[{"kind":"TimerCanceled","taskId":5,"taskId":6,"timestamp":"2026-01-02T03:04:05Z"}]""")]
    [InlineData("""[{"kind":"TimerCanceled","timestamp":"2026-01-02T03:04:05Z"}]""")]
    [InlineData("""[{"kind":"TimerCanceled","taskId":null,"timestamp":"2026-01-02T03:04:05Z"}]""")]
    [InlineData("""[{"kind":"EventRaised","name":null,"timestamp":"2026-01-02T03:04:05Z"}]""")]
    [InlineData("""[{"kind":"TaskFailed","taskId":5,"timestamp":"2026-01-02T03:04:05Z"}]""")]
    [InlineData("""[{"kind":"ExecutionCompleted","status":"Lost","timestamp":"2026-01-02T03:04:05Z"}]""")]
    [InlineData("""[{"kind":"timercanceled","taskId":5,"timestamp":"2026-01-02T03:04:05Z"}]""")]
    [InlineData("[null]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[")]
    [InlineData("")]
    public void What_is_not_a_history_is_refused_loudly(string json) =>
        Assert.Throws<HistoryFormatException>(() => HistoryCodec.Deserialize(json));
}
