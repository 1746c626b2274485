using Azure.Data.Tables;
using Embedded.DurableTask.Engine;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Store;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Tests.Store;

/// <summary>What lies in storage today must be found and understood for ever: a change here needs a migration.</summary>
public sealed class PersistedShapeTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("order-1", 16, 10)]
    [InlineData("order-2", 16, 9)]
    [InlineData("reprocessing-batch", 16, 6)]
    [InlineData("0123456789abcdef0123456789abcdef", 16, 4)]
    [InlineData("ünï", 16, 14)]
    [InlineData("order-1", 4, 2)]
    public void An_instance_stays_in_its_bucket(string id, int buckets, int bucket) => Assert.Equal(bucket, StoreKeys.BucketOf(id, buckets));

    [Fact]
    public void Row_keys_are_these()
    {
        Assert.Equal("b0003", StoreKeys.Partition(3));
        Assert.Equal("i|a=002Fb=007C=003D=0025", StoreKeys.Head("a/b|=%"));
        Assert.Equal("h|id|000002|00000017", StoreKeys.History("id", 2, 17));
        Assert.Equal("m|id|0000000001-000000000002", StoreKeys.Message("id", "0000000001-000000000002"));
        Assert.Equal("o|id|0000000001-000000000002", StoreKeys.Outbox("id", "0000000001-000000000002"));
        Assert.Equal(("hub", "lease", "f"), (StoreKeys.LeasePartition, StoreKeys.LeaseRow, StoreKeys.FenceRow));
    }

    [Fact]
    public void A_head_is_this_row()
    {
        var head = new InstanceHead
        {
            InstanceId = "id", Name = "N", RunId = "run", Version = "1", Status = OrchestrationRuntimeStatus.Failed, Generation = 2,
            HistoryRows = 3, Recent = "[]", Input = "1", Output = "E: m", Failure = new FailureRecord("E", "m"), CreatedAt = Noon,
            LastUpdatedAt = Noon, Parent = new ParentLink("P", "p", "r", 1, 4), Tags = new Dictionary<string, string> { ["k"] = "v" },
            Stale = [new StaleHistory(1, 7), new StaleHistory(0, 2)],
        };

        Assert.Equal(
            """
            CreatedAt=03/01/2026 12:00:00 +00:00
            CustomStatusParts=0
            Failure={"errorType":"E","errorMessage":"m","isNonRetriable":false}
            FailureParts=1
            Generation=2
            HistoryRows=3
            Input=1
            InputParts=1
            InstanceId=id
            LastUpdatedAt=03/01/2026 12:00:00 +00:00
            Name=N
            Output=E: m
            OutputParts=1
            ParentGeneration=1
            ParentId=p
            ParentName=P
            ParentRun=r
            ParentTask=4
            PartitionKey=b0000
            Recent=[]
            RecentParts=1
            RowKey=i|id
            RunId=run
            Stale=1:7;0:2
            StartAt=
            Status=Failed
            Tags={"k":"v"}
            TagsParts=1
            Version=1
            """,
            TextOf(HeadRow.Write("b0000", head)));
    }

    [Fact]
    public void Messages_outboxes_histories_and_fences_are_these_rows()
    {
        var raised = new EventRaised(Noon.UtcDateTime, "e", "1");
        StoreWrite[] writes =
        [
            new StoreWrite.PutMessage(new StoredMessage("id", "run", "1", raised)),
            new StoreWrite.PutOutbox(new OutboxBatch("id", "2", [new OutboxMessage("to", "3", raised)])),
            new StoreWrite.AddHistory(new HistoryRow("id", 0, 1, "[]", true)),
        ];

        Assert.Equal(
            """
            Event=[{"kind":"EventRaised","name":"e","input":"1","timestamp":"2026-03-01T12:00:00Z"}]
            EventParts=1
            InstanceId=id
            PartitionKey=p
            RowKey=m|id|1
            RunId=run
            Sequence=1
            --
            InstanceId=id
            Messages=[{"targetId":"to","sequence":"3","event":"[{\"kind\":\"EventRaised\",\"name\":\"e\",\"input\":\"1\",\"timestamp\":\"2026-03-01T12:00:00Z\"}]"}]
            MessagesParts=1
            PartitionKey=p
            RowKey=o|id|2
            Sequence=2
            --
            Continues=True
            Events=[]
            EventsParts=1
            PartitionKey=p
            RowKey=h|id|000000|00000001
            --
            Commits=9
            PartitionKey=b0000
            RowKey=f
            Token=4
            """,
            string.Join("\n--\n", writes.Select(static write => TextOf((TableEntity)TableRows.Action("p", write).Entity))
                .Append(TextOf(TableRows.Fence(new BucketFence(0, 4, 9, ""))))));
    }

    [Fact]
    public void Turns_are_lines_of_events()
    {
        var first = new TurnRecord([new OrchestratorStarted(Noon.UtcDateTime), new ExecutionStarted(Noon.UtcDateTime, "N")]);
        var second = new TurnRecord([new OrchestratorStarted(Noon.UtcDateTime)]);

        var text = HistoryText.Append(HistoryText.Append("", first), second);

        Assert.Equal(2, text.Split('\n').Length);
        var turns = HistoryText.Turns([new HistoryRow("id", 0, 0, text[..30], true), new HistoryRow("id", 0, 1, text[30..])], text);
        Assert.Equal(
            [2, 1, 2, 1],
            turns.Select(static turn => turn.Events.Count));
    }

    private static string TextOf(TableEntity row) => string.Join('\n', row
        .OrderBy(static property => property.Key, StringComparer.Ordinal)
        .Select(static property => FormattableString.Invariant($"{property.Key}={property.Value}")));
}
