namespace Reprocessing.Functions.Tests.Resets;

/// <summary>What hosts answer to their status query, and what is made of it.</summary>
public sealed class HttpWorkflowHistoriesTests
{
    [Fact]
    public void Events_are_read_in_their_order_and_equal_inputs_become_equal_texts()
    {
        var history = HttpWorkflowHistories.Read(
            "w",
            """
            {"name":"WaitEvt","historyEvents":[
            {"EventType":"ExecutionStarted","Input":"{\"Id\":\"o1\"}","Generation":0,"Timestamp":"2026-11-21T10:28:18.8905754Z"},
            {"EventType":"EventRaised","Name":"go","Input":"\"hello event\"","Timestamp":"2026-11-21T10:28:23.3664694Z"},
            {"EventType":"TaskCompleted","Name":"not one"},
            {"EventType":"EventRaised","Name":"go","Input":"{ \"a\" : \"\\u002B\" }"},
            {"EventType":"EventRaised","Name":"stop","Input":null},
            {"EventType":"EventRaised","Name":"stop"}]}
            """);

        Assert.Equal(0, history.Generation);
        Assert.Equal(
            [new CapturedEvent("go", "\"hello event\""), new CapturedEvent("go", """{"a":"\u002B"}"""), new CapturedEvent("stop"), new CapturedEvent("stop")],
            history.Events);
    }

    [Theory]
    [InlineData("null", null)]
    [InlineData("3", 3)]
    public void A_generation_that_is_not_said_is_not_known(string said, int? expected) => Assert.Equal(
        expected, HttpWorkflowHistories.Read("w", $$"""{"historyEvents":[{"EventType":"ExecutionStarted","Generation":{{said}}}]}""").Generation);

    [Theory]
    [InlineData("""{"name":"WaitEvt"}""")]
    [InlineData("""{"historyEvents":null}""")]
    public void An_answer_without_a_history_is_no_empty_history(string answer) =>
        Assert.NotNull(HttpWorkflowHistories.Read("w", answer).Unavailable);

    [Fact]
    public void An_answer_that_is_no_JSON_is_no_history() =>
        Assert.ThrowsAny<JsonException>(() => HttpWorkflowHistories.Read("w", "no json"));

    [Fact]
    public async Task A_client_that_does_not_know_its_host_has_no_history()
    {
        var http = new Mock<IHttpClientFactory>();
        http.Setup(factory => factory.CreateClient(It.IsAny<string>())).Returns(() => new HttpClient());
        var histories = new HttpWorkflowHistories(new OutgoingHttp(http.Object, TimeProvider.System), Options.Create(new ResetSettings()));

        Assert.NotNull((await histories.ReadAsync(new Mock<DurableTaskClient>("t").Object, "w", default)).Unavailable);
    }
}
