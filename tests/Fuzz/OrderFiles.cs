using System.Text;
using System.Text.Json.Nodes;

namespace Fuzz;

/// <summary>Files of orders as they are imported, good and bad records beside each other.</summary>
internal sealed class OrderFiles(Bodies bodies, KnownIds ids, Operation createOrder)
{
    private const int MostRecords = 12;

    private static readonly string[] Columns =
        ["orderId", "customerId", "item.sku", "item.quantity", "item.weight", "priority", "promisedDeliveryAt", "shipping.city", "shipping.state", "extra", "shipping.extra", "failureStatus", "reason", "workflowId", "failedAt", "customer.tier", "colour"];

    public byte[] Make(Random random, string mediaType, Tone tone)
    {
        var file = mediaType == "text/csv" ? Csv(random, tone) : JsonLines(random, tone);
        return tone == Tone.Valid || random.Chance(0.7) ? file : random.Next(6) switch
        {
            0 => [],
            1 => file[..random.Next(file.Length)],
            2 => [.. Encoding.UTF8.Preamble, .. file],
            3 => [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(file))],
            4 => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(file).Replace('\n', '\r')),
            _ => Bodies.Broken(random, file),
        };
    }

    private byte[] JsonLines(Random random, Tone tone)
    {
        List<byte> file = [];
        for (var records = random.Next(MostRecords); records >= 0; records--)
        {
            var order = bodies.Make(random, createOrder.JsonBody, "order");
            (order as JsonObject)?.Remove("runElsewhere");
            file.AddRange(tone == Tone.Valid || random.Chance(0.5) ? Encoding.UTF8.GetBytes(order!.ToJsonString()) : Bodies.Spoil(random, order, random.Next(1, 3)));
            file.AddRange(random.Pick(new byte[][] { [(byte)'\n'], "\r\n"u8.ToArray(), "\n\n"u8.ToArray() }));
        }

        return [.. file];
    }

    private byte[] Csv(Random random, Tone tone)
    {
        List<string> columns = [.. Columns.Take(3), .. Columns.Skip(3).Where(_ => random.Chance(0.4))];
        if (tone != Tone.Valid && random.Chance(0.25))
        {
            columns[random.Next(columns.Count)] = random.Pick(["", "Order ID", "order_id", "orderId", "items", "a.b.c", ".", "a.", "..", "customer", string.Join('.', Enumerable.Repeat("a", 40)), random.Pick(Texts.Hostile)]);
        }

        var file = new StringBuilder();
        var end = random.Pick(["\n", "\r\n", tone == Tone.Valid ? "\n" : "\r"]);
        file.Append(string.Join(',', columns.Select(Quote))).Append(end);
        for (var records = random.Next(MostRecords); records >= 0; records--)
        {
            file.Append(string.Join(',', columns.Select(column => Cell(random, column, tone)))).Append(end);
        }

        return Encoding.UTF8.GetBytes(file.ToString());
    }

    private string Cell(Random random, string column, Tone tone)
    {
        if (tone != Tone.Valid && random.Chance(tone == Tone.Near ? 0.05 : 0.2))
        {
            return random.Next(4) switch
            {
                0 => Quote(Texts.HostileOr(random, mayBeLong: true)),
                1 => Quote(random.Pick(Texts.RawJson)),
                2 => random.Pick(["\"open", "a\"b", "\"a\"b", "a,b", ""]),
                _ => Texts.HostileOr(random, mayBeLong: false),
            };
        }

        return Quote(column switch
        {
            "orderId" or "customerId" or "workflowId" => ids.Pick(random, column),
            "item.quantity" => "2",
            "item.weight" => "0.5",
            "priority" => random.Pick(["standard", "next_day", "same_day"]),
            "promisedDeliveryAt" or "failedAt" => "2026-03-01T12:00:00Z",
            "extra" or "shipping.extra" => random.Pick(["{\"note\":\"x\"}", "", "{\"a\":{\"b\":[1]}}"]),
            "failureStatus" => random.Pick(Texts.Statuses),
            _ => random.Pick(Texts.Plain),
        });
    }

    private static string Quote(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
