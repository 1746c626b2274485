using Azure;
using Azure.Storage.Queues;
using Reprocessing.Testing;

namespace Reprocessing.LocalHost.Tests.Azurite;

/// <summary>The emulator finds and changes messages sooner than as it is published; what becomes of them must be the same.</summary>
public sealed class MessageLookupTests(AzuriteAccountFixture account) : IClassFixture<AzuriteAccountFixture>, IAsyncLifetime
{
    private static readonly TimeSpan Hidden = TimeSpan.FromMinutes(5);

    private readonly QueueClient _queue = New(account);
    private readonly QueueClient _other = New(account);

    public async Task InitializeAsync()
    {
        await _queue.CreateAsync();
        await _other.CreateAsync();
    }

    public async Task DisposeAsync()
    {
        await _queue.DeleteAsync();
        await _other.DeleteAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(32)]
    public async Task Each_message_comes_once_in_its_order_and_from_its_own_queue(int atOnce)
    {
        var sent = Enumerable.Range(0, 40).Select(number => $"m{number:D2}").ToList();
        foreach (var text in sent)
        {
            await _queue.SendMessageAsync(text);
            await _other.SendMessageAsync("other");
        }

        List<string> received = [];
        while ((await _queue.ReceiveMessagesAsync(atOnce, Hidden)).Value is { Length: > 0 } messages)
        {
            received.AddRange(messages.Select(message => message.MessageText));
        }

        Assert.Equal(sent, received);
        Assert.Equal(40, (await _queue.GetPropertiesAsync()).Value.ApproximateMessagesCount);
        Assert.Equal("other", (await _other.PeekMessageAsync()).Value.MessageText);
    }

    [Fact]
    public async Task A_deleted_message_is_gone_and_its_receipt_is_worth_nothing_after_an_update()
    {
        await _queue.SendMessageAsync("first");
        await _queue.SendMessageAsync("second");
        var first = (await _queue.ReceiveMessageAsync(Hidden)).Value;

        var updated = (await _queue.UpdateMessageAsync(first.MessageId, first.PopReceipt, "changed", TimeSpan.Zero)).Value;
        var stale = await Assert.ThrowsAsync<RequestFailedException>(() => _queue.DeleteMessageAsync(first.MessageId, first.PopReceipt));
        var again = (await _queue.ReceiveMessagesAsync(32, Hidden)).Value;

        Assert.Equal(400, stale.Status);
        Assert.NotEqual(first.PopReceipt, updated.PopReceipt);
        Assert.Equal(["changed", "second"], again.Select(message => message.MessageText).Order(StringComparer.Ordinal));
        Assert.Equal(2, again.Single(message => message.MessageText == "changed").DequeueCount);
        foreach (var message in again)
        {
            await _queue.DeleteMessageAsync(message.MessageId, message.PopReceipt);
        }

        Assert.Equal(0, (await _queue.GetPropertiesAsync()).Value.ApproximateMessagesCount);
    }

    [Fact]
    public async Task What_is_hidden_or_expired_is_not_received()
    {
        await _queue.SendMessageAsync("later", visibilityTimeout: Hidden);
        await _queue.SendMessageAsync("short-lived", timeToLive: TimeSpan.FromSeconds(1));
        await _queue.SendMessageAsync("now");

        var expiry = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(expiry) < TimeSpan.FromSeconds(60)
            && (await _queue.PeekMessagesAsync(32)).Value.Any(message => message.MessageText == "short-lived"))
        {
        }

        Assert.Equal(["now"], (await _queue.ReceiveMessagesAsync(32, Hidden)).Value.Select(message => message.MessageText));
        await _queue.ClearMessagesAsync();
        Assert.Equal(0, (await _queue.GetPropertiesAsync()).Value.ApproximateMessagesCount);
        Assert.Equal("kept", await SendAndPeekAsync(_other, "kept"));
    }

    private static async Task<string> SendAndPeekAsync(QueueClient queue, string text)
    {
        await queue.SendMessageAsync(text);
        return (await queue.PeekMessageAsync()).Value.MessageText;
    }

    private static QueueClient New(AzuriteAccountFixture account) => new(account.ConnectionString, AzuriteFixture.NewName("q").ToLowerInvariant());
}
