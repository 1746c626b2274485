using System.Text.RegularExpressions;
using Reprocessing.Domain.Notifications;

namespace Reprocessing.Domain.Tests.Notifications;

public sealed partial class DeliveryIdsTests
{
    [Fact]
    public void Ids_of_ordinary_things_can_be_read()
    {
        Assert.Equal("start-order-fulfillment-A-1-retry-2", DeliveryIds.OfStart("order-fulfillment-A-1-retry-2"));
        Assert.Equal("escalated-A-1-0", DeliveryIds.OfEscalation("A-1", 0));
        Assert.Equal("alert-dead_letters-raised-639079632000000000", DeliveryIds.OfAlert("dead_letters", "raised", new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero)));
    }

    [Theory]
    [InlineData("A.1")]
    [InlineData("A 1")]
    [InlineData("Größe")]
    [InlineData("A~1")]
    [InlineData("🌙")]
    public void Ids_of_odd_things_go_into_a_header_and_a_signature_and_stay_apart(string orderId)
    {
        var id = DeliveryIds.OfEscalation(orderId, 0);

        Assert.Matches(Safe(), id);
        Assert.Equal(id, DeliveryIds.OfEscalation(orderId, 0));
        Assert.NotEqual(id, DeliveryIds.OfEscalation(orderId, 1));
        Assert.NotEqual(id, DeliveryIds.OfEscalation(orderId.Replace('.', '_').Replace(' ', '_') + "x", 0));
        Assert.NotEqual(DeliveryIds.OfEscalation("A.1", 0), DeliveryIds.OfEscalation("A 1", 0));
    }

    [Fact]
    public void Ids_of_long_things_are_short_enough_for_an_instance_and_stay_apart()
    {
        var (one, other) = (DeliveryIds.OfStart(new string('a', 256)), DeliveryIds.OfStart(new string('a', 255) + "b"));

        Assert.NotEqual(one, other);
        Assert.InRange(one.Length, 1, 256);
        Assert.InRange(DeliveryIds.OfEscalation(new string('a', 256), int.MaxValue).Length, 1, 256);
    }

    [GeneratedRegex("^[A-Za-z0-9_~-]+$")]
    private static partial Regex Safe();
}
