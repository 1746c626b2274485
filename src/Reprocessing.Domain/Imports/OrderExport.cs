using System.Text.Encodings.Web;

namespace Reprocessing.Domain.Imports;

/// <summary>Writes orders, with the failure of failed ones, so that an import reads the same orders back.</summary>
public static class OrderExport
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.Strict,
    };

    public static string CsvHeader { get; } = CsvText.Join(ImportColumns.Exported);

    public static string Write(ImportFormat format, Order order, OrderInput input) =>
        format == ImportFormat.Csv ? CsvText.Join(Fields(order, input)) : JsonLine(order, input);

    private static string JsonLine(Order order, OrderInput input)
    {
        var line = JsonSerializer.SerializeToNode(input, Options)!.AsObject();
        foreach (var (name, value) in ImportColumns.OfFailures.Zip(Failure(order)).Where(member => member.Second is not null))
        {
            line[name] = value;
        }

        return line.ToJsonString(Options) + "\n";
    }

    private static IEnumerable<string?> Fields(Order order, OrderInput input) =>
    [
        input.OrderId,
        input.CustomerId,
        EnumNames.Of(input.Priority),
        Time(input.PromisedDeliveryAt),
        input.Shipping?.City,
        input.Shipping?.State,
        ShippingExtra(input.Shipping),
        JsonSerializer.Serialize(input.Items, Options),
        input.Extension is { Count: > 0 } extension ? JsonSerializer.Serialize(extension, Options) : null,
        .. Failure(order),
    ];

    /// <summary>An empty field means an absent member, so members with empty values go here.</summary>
    private static string? ShippingExtra(ShippingAddress? shipping)
    {
        if (shipping is null)
        {
            return null;
        }

        var all = JsonSerializer.SerializeToNode(shipping, Options)!.AsObject();
        var isShown = shipping is { City.Length: > 0 } or { State.Length: > 0 };
        foreach (var name in ImportColumns.ShippingMembers)
        {
            if (all[name] is JsonValue value && value.GetValue<string>().Length > 0)
            {
                all.Remove(name);
            }
        }

        return all.Count == 0 && isShown ? null : all.ToJsonString(Options);
    }

    private static string?[] Failure(Order order) => order.Failure is { } failure
        ? [failure.Status, failure.Reason, failure.WorkflowId, Time(failure.FailedAt)]
        : [null, null, null, null];

    private static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
}
