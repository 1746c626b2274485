using System.Text.Json.Serialization;

namespace Reprocessing.Domain.Tests.Orders;

public sealed class OrderSnapshotTests
{
    /// <summary>As rows are written and read: no nulls, and everything that is required must be there.</summary>
    private static readonly JsonSerializerOptions AsInRows = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    [Fact]
    public void An_order_without_promise_and_address_can_be_read_back()
    {
        var bare = OrderSnapshot.Of(new OrderInput("o-1", "c-1", [new OrderItem("SKU-1", 2, 0.5m)]));

        Assert.Equal(bare, JsonSerializer.Deserialize<OrderSnapshot>(JsonSerializer.Serialize(bare, AsInRows), AsInRows));
    }
}
