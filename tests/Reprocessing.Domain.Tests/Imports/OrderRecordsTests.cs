using System.Text;

namespace Reprocessing.Domain.Tests.Imports;

public sealed class OrderRecordsTests
{
    private static readonly OrderRecords JsonLines = new(header: null);

    private const string Header = "orderId,customerId,priority,promisedDeliveryAt,shipping.city,shipping.state,items";

    [Fact]
    public void A_csv_record_becomes_an_order()
    {
        var order = ReadOne(Header, """A1,C1,next_day,2026-12-24T18:00:00+01:00,"Fort Worth, West",TX,"[{""sku"":""S"",""quantity"":2,""weight"":0.5,""name"":""Lamp""}]" """.TrimEnd());

        Assert.Equal(("A1", "C1", Priority.NextDay), (order.OrderId, order.CustomerId, order.Priority));
        Assert.Equal(new DateTimeOffset(2026, 12, 24, 17, 0, 0, TimeSpan.Zero), order.PromisedDeliveryAt);
        Assert.Equal(("Fort Worth, West", "TX"), (order.Shipping?.City, order.Shipping?.State));
        var item = Assert.Single(order.Items);
        Assert.Equal(("S", 2, 0.5m, "Lamp"), (item.Sku, item.Quantity, item.Weight, item.Extension!["name"].GetString()));
    }

    [Fact]
    public void An_order_of_one_item_needs_no_JSON_and_headers_may_be_written_as_people_do()
    {
        var order = ReadOne("Order ID,customer_id,Item.SKU,item.quantity,item.weight", "A1,C1,S,3,1.25");

        Assert.Equal([("S", 3, 1.25m)], order.Items.Select(item => (item.Sku, item.Quantity, item.Weight)));
        Assert.Equal(("C1", Priority.Standard), (order.CustomerId, order.Priority));
    }

    [Fact]
    public void Unknown_columns_travel_with_the_order_below_the_names_that_they_spell_out()
    {
        var order = ReadOne(
            "orderId,customerId,item.sku,item.quantity,customer.tier,channel,shipping.country,empty,extra",
            "A1,C1,S,1,gold,web,US,,\"{\"\"attributes\"\":{\"\"gift\"\":true}}\"");

        Assert.Equal("gold", order.Extension!["customer"].GetProperty("tier").GetString());
        Assert.Equal("web", order.Extension["channel"].GetString());
        Assert.True(order.Extension["attributes"].GetProperty("gift").GetBoolean());
        Assert.Equal("US", order.Shipping!.Extension!["country"].GetString());
        Assert.False(order.Extension.ContainsKey("empty"));
    }

    [Fact]
    public void A_record_of_a_thousand_faults_tells_the_first_twenty_and_how_many_more_there_are()
    {
        var items = string.Join(',', Enumerable.Repeat("{}", OrderInputRules.MaxItems));

        var rejection = Reject(JsonLines, $$"""{"orderId":"A1","customerId":"C1","items":[{{items}}]}""");

        Assert.StartsWith("'items/0/sku' must not be empty; 'items/0/quantity' must be", rejection.Message, StringComparison.Ordinal);
        Assert.EndsWith("'items/9/quantity' must be 1 to 1000000; and 1980 more.", rejection.Message, StringComparison.Ordinal);
        Assert.True(rejection.Message.Length < 1_500, rejection.Message);
    }

    [Fact]
    public void What_is_kept_of_a_rejected_record_is_small_whatever_it_says()
    {
        var endless = new string('x', 300_000);

        var kept = RejectedRecord.Of(7, new(RejectReason.InvalidOrder, endless, endless), "raw");

        Assert.Equal((7, RejectedRecord.MaxMessage, RecordText.MaxShown), (kept.Line, kept.Message.Length, kept.OrderId?.Length));
    }

    [Theory]
    [InlineData("A1,C1,,,,", RejectReason.WrongFieldCount, "6 fields")]
    [InlineData("A1,C1,,,,,not json", RejectReason.InvalidJson, "items")]
    [InlineData("A1,C1,,,,,[]", RejectReason.InvalidOrder, "items")]
    [InlineData(",C1,,,,,\"[{\"\"sku\"\":\"\"S\"\",\"\"quantity\"\":1}]\"", RejectReason.InvalidOrder, "'orderId' must not be empty")]
    [InlineData("A/1,,,,,,\"[{\"\"sku\"\":\"\"S\"\",\"\"quantity\"\":0}]\"", RejectReason.InvalidOrder, "'items/0/quantity' must be 1 to 1000000")]
    [InlineData("A1,C1,urgent,,,,\"[{\"\"sku\"\":\"\"S\"\",\"\"quantity\"\":1}]\"", RejectReason.InvalidOrder, "'priority'")]
    [InlineData("A1,C1,,soon,,,\"[{\"\"sku\"\":\"\"S\"\",\"\"quantity\"\":1}]\"", RejectReason.InvalidOrder, "'promisedDeliveryAt'")]
    [InlineData("A1,C1,,,,,\"[{\"\"sku\"\":\"\"S\"\",\"\"quantity\"\":\"\"1\"\"}]\"", RejectReason.InvalidOrder, "'items[0].quantity'")]
    public void A_bad_record_is_told_of_with_the_reason(string record, RejectReason reason, string message)
    {
        var rejection = Reject(Csv(Header), record);

        Assert.Equal(reason, rejection.Reason);
        Assert.Contains(message, rejection.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", RejectReason.InvalidJson)]
    [InlineData("[1]", RejectReason.InvalidJson)]
    [InlineData("null", RejectReason.InvalidJson)]
    [InlineData("""{"orderId":"A","orderId":"B"}""", RejectReason.InvalidJson)]
    [InlineData("""{"orderId":7}""", RejectReason.InvalidOrder)]
    [InlineData("""{"orderId":"case-1","OrderId":"other-9","CustomerId":"other","items":[{"sku":"S","quantity":1}],"customerId":"C"}""", RejectReason.InvalidJson)]
    [InlineData("""{"orderId":"A","customerId":"C","items":[{"sku":"S","quantity":1,"Quantity":-5}]}""", RejectReason.InvalidJson)]
    [InlineData("""{"orderId":"A","customerId":"C","items":[{"sku":"S","quantity":1}],"Priority":"same_day"}""", RejectReason.InvalidOrder)]
    [InlineData("""{"orderId":"A","customerId":"C","items":[{"sku":"S","quantity":1,"WEIGHT":9}]}""", RejectReason.InvalidOrder)]
    [InlineData("""{"orderId":"A","customerId":"C","items":[{"sku":"S","quantity":1}],"shipping":{"City":"X"}}""", RejectReason.InvalidOrder)]
    [InlineData("""{"orderId":"A","customerId":"C","items":[{"sku":"S","quantity":1}],"note":{"a":1,"A":2}}""", RejectReason.InvalidJson)]
    [InlineData("""{"orderId":"A","customerId":"C","items":[{"sku":"S","quantity":1}],"note":"cut \ud83d"}""", RejectReason.InvalidJson)]
    [InlineData("""{"orderId":"A","customerId":"C","items":[{"sku":"S","quantity":1}],"\ud83d":1}""", RejectReason.InvalidJson)]
    [InlineData("""{"orderId":"A1","customerId":"C1","items":[null]}""", RejectReason.InvalidOrder)]
    public void A_bad_JSON_line_is_told_of_with_the_reason(string line, RejectReason reason) =>
        Assert.Equal(reason, Reject(JsonLines, line).Reason);

    [Theory]
    [InlineData("{\"orderId\":\"x1-evil\",\"note\":\"n\"}", "orderId")]
    [InlineData("{\"items\":[]}", "items")]
    [InlineData("{\"OrderId\":\"q\"}", "OrderId")]
    [InlineData("{\"status\":\"completed\",\"priority\":\"bogus\"}", "priority")]
    [InlineData("{\"failureStatus\":\"pick_timeout\"}", "failureStatus")]
    [InlineData("{\"channel\":\"shop\"}", "channel")]
    public void The_further_members_of_a_record_cannot_say_what_has_a_column_of_its_own(string extra, string member)
    {
        var quoted = extra.Replace("\"", "\"\"", StringComparison.Ordinal);

        var rejection = Reject(Csv("orderId,customerId,item.sku,item.quantity,channel,extra"), $"A1,C1,S,1,web,\"{quoted}\"");

        Assert.Contains($"'{member}'", rejection.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_told_of()
    {
        var (_, rejection) = JsonLines.Read(new(RecordCursor.Start, RecordCursor.Start, new byte[] { (byte)'{', 0xff }, null));

        Assert.Equal(RejectReason.InvalidUtf8, rejection?.Reason);
    }

    [Fact]
    public void A_failed_order_brings_its_failure_and_keeps_it_out_of_the_order()
    {
        var (order, _) = JsonLines.Read(Raw("""
            {"orderId":"A1","customerId":"C1","items":[{"sku":"S","quantity":1}],"failureStatus":"pick_timeout","reason":"slow","workflowId":"w","failedAt":"2026-01-02"}
            """.Trim()));

        Assert.Equal(new ImportedFailure("pick_timeout", "slow", "w", new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero)), order?.Failure);
        Assert.Null(order?.Input.Extension);
    }

    [Theory]
    [InlineData("customerId", "orderId")]
    [InlineData("orderId,Order_ID", "twice")]
    [InlineData("orderId,,x", "no name")]
    [InlineData("orderId,customer,customer.tier", "part")]
    [InlineData("orderId,items,item.sku", "single item")]
    [InlineData("orderId,customerId,item.sku,item.quantity\rc06-1,D,S,1\rc06-2,E,T,2", "carriage returns")]
    [InlineData("orderId,a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a", "32 levels deep")]
    public void A_header_that_makes_no_sense_is_refused(string header, string problem)
    {
        var (read, told) = CsvHeader.Read(Raw(header));

        Assert.Null(read);
        Assert.Contains(problem, told, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_whose_names_differ_in_letter_case_only_are_refused()
    {
        var rejection = Reject(Csv("orderId,customerId,item.sku,item.quantity,customer.tier,Customer.tier"), "A1,C1,S,1,gold,silver");

        Assert.Equal(RejectReason.InvalidJson, rejection.Reason);
        Assert.Equal("The record names the member 'Customer' twice; letter case does not tell members apart.", rejection.Message);
    }

    [Theory]
    [InlineData("items", 29, true)]
    [InlineData("items", 30, false)]
    [InlineData("shipping.extra", 30, true)]
    [InlineData("shipping.extra", 31, false)]
    [InlineData("extra", 31, true)]
    [InlineData("extra", 32, false)]
    public void JSON_in_a_cell_counts_with_its_depth_in_the_order(string column, int arrays, bool isTaken)
    {
        var deep = new string('[', arrays) + new string(']', arrays);
        var (columns, cells) = column == "items"
            ? ("items", new[] { $"[{{\"sku\":\"S\",\"quantity\":1,\"d\":{deep}}}]" })
            : ($"item.sku,item.quantity,{column}", ["S", "1", $"{{\"d\":{deep}}}"]);

        var (order, rejection) = Csv($"orderId,customerId,{columns}").Read(Raw(CsvText.Join(["A1", "C1", .. cells]).TrimEnd()));

        Assert.Equal(isTaken, order is not null);
        Assert.Equal(isTaken ? null : RejectReason.InvalidJson, rejection?.Reason);
    }

    [Fact]
    public void An_id_like_a_formula_is_the_same_after_an_export()
    {
        var input = new OrderInput("=cmd|'/c calc'!A1".Replace("/", "-", StringComparison.Ordinal), "+C", [new("@S", 1, 0)]) { Shipping = new("-1+1", "=x") };
        var order = OrderTransitions.Create(input, DateTimeOffset.UnixEpoch).Order;

        var record = OrderExport.Write(ImportFormat.Csv, order, input);
        var read = Csv(OrderExport.CsvHeader.TrimEnd()).Read(Raw(record.TrimEnd())).Order!.Input;

        Assert.StartsWith("'=cmd|'-c calc'!A1,'+C,standard,,'-1+1,'=x,", record, StringComparison.Ordinal);
        Assert.Equal((input.OrderId, input.CustomerId, input.Shipping, "@S"), (read.OrderId, read.CustomerId, read.Shipping, read.Items[0].Sku));
    }

    public static TheoryData<string> Orders { get; } =
    [
        """{"orderId":"A1","customerId":"C1","items":[{"sku":"S","quantity":1,"weight":0}]}""",
        """{"orderId":"A1","customerId":"C,\"1\"","items":[{"sku":"S\n2","quantity":2,"weight":1.50,"name":"🌙"}],"priority":"same_day","promisedDeliveryAt":"2026-12-24T18:00:00.123Z","shipping":{"city":"Fort, Worth","state":"","zip":"00501"}}""",
        """{"orderId":"A1","customerId":"C1","items":[{"sku":"S","quantity":1,"weight":0}],"shipping":{},"customer":{"tier":"gold","n":[1,2.5,null]},"text":"a\r\nb"}""",
    ];

    [Theory]
    [MemberData(nameof(Orders))]
    public void An_exported_order_reads_back_as_the_same_one(string json)
    {
        var input = JsonLines.Read(Raw(json)).Order!.Input;
        var report = new FailureReport("A1", "pick_timeout", "w-1", DateTimeOffset.UnixEpoch, "slow, \"very\"");
        var order = ((Transition.Applied)OrderTransitions.Fail(
            OrderTransitions.CreateExternal(input, DateTimeOffset.UnixEpoch).Order, OrderFailure.From(report), DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch)).Order;
        foreach (var format in Enum.GetValues<ImportFormat>())
        {
            var records = format == ImportFormat.Csv ? Csv(OrderExport.CsvHeader.TrimEnd()) : JsonLines;

            var (read, rejection) = records.Read(Raw(OrderExport.Write(format, order, input).TrimEnd()));

            Assert.Null(rejection);
            Assert.True(JsonElement.DeepEquals(JsonSerializer.SerializeToElement(input), JsonSerializer.SerializeToElement(read!.Input)), $"{format}: {JsonSerializer.Serialize(read.Input)}");
            Assert.Equal(new ImportedFailure("pick_timeout", "slow, \"very\"", "w-1", DateTimeOffset.UnixEpoch), read.Failure);
        }

    }

    private static OrderInput ReadOne(string header, string record)
    {
        var (order, rejection) = Csv(header).Read(Raw(record));
        Assert.Null(rejection);
        return order!.Input;
    }

    private static Rejection Reject(OrderRecords records, string record)
    {
        var (order, rejection) = records.Read(Raw(record));
        Assert.Null(order);
        return rejection!;
    }

    private static OrderRecords Csv(string header) => new(CsvHeader.Read(Raw(header)).Header!);

    private static RawRecord Raw(string text) => new(RecordCursor.Start, RecordCursor.Start, Encoding.UTF8.GetBytes(text), null);
}
