namespace Reprocessing.Domain.Tests.Imports;

/// <summary>Which ids a file names. What it does not name is not acted on.</summary>
public sealed class IdListTests
{
    [Theory]
    [InlineData("a\nb\n", "a", "b")]
    [InlineData("a\r\n\r\n  b  \r\n", "a", "b")]
    [InlineData("\uFEFForderId\na\nb", "a", "b")]
    [InlineData("ids\na", "a")]
    [InlineData("\"a,1\"\n\"b;2\"\n\"say \"\"c\"\"\"", "a,1", "b;2", "say \"c\"")]
    [InlineData("customerId,orderId\nC-1,a\nC-2,b", "a", "b")]
    [InlineData("Customer ID,Order ID\nC-1,a", "a")]
    [InlineData("id,order_id\nrow-1,a\nrow-2,b", "a", "b")]
    [InlineData("orderId,reason\na,\"two\nlines, and a comma\"\nb,", "a", "b")]
    [InlineData("orderId,customerId,reason\r\n'=csv-1,'=1+1,'\t=1+1\r\n'@csv-3,C,\r\n", "=csv-1", "@csv-3")]
    [InlineData("[\"a\",\"b\"]", "a", "b")]
    [InlineData("\"a\"\n\"b\"", "a", "b")]
    [InlineData("[\n  {\"orderId\":\"a\",\"customerId\":\"C-1\"},\n  {\"orderId\":\"b\"}\n]\n", "a", "b")]
    [InlineData("{\"id\":\"x\",\"orderId\":\"a\"}\n{\"orderId\":\"b\"}\n", "a", "b")]
    [InlineData("{\n  \"orderId\": \"a\",\n  \"notes\": []\n}\n", "a")]
    public void Ids_are_read_of_what_names_them(string text, params string[] expected)
    {
        var (list, problem) = IdList.Read(text, IdList.OfOrders);

        Assert.Null(problem);
        Assert.Equal(expected, list!.Ids);
        Assert.Equal(0, list.Repeated);
    }

    [Theory]
    [InlineData("csv-6,csv-7\n", "The first line names no column of ids.")]
    [InlineData("customerId,failureStatus\nC-1,x", "The first line names no column of ids.")]
    [InlineData("customerId\nC-1", "The first line names no column of ids.")]
    [InlineData("instanceId\nw-1", "The first line names no column of ids.")]
    [InlineData("a\nb,c", "Line 2 is no id, or has another number of fields")]
    [InlineData("orderId,customerId\na,C-1\nb", "Line 3 is no id, or has another number of fields")]
    [InlineData("orderId,customerId\n,C-1", "Line 2: the id must not be empty.")]
    [InlineData("orderId;customerId\na;C-1", "Line 1 is no id")]
    [InlineData("orderId\tcustomerId\na\tC-1", "Line 1 is no id")]
    [InlineData("order id   customer id\na          C-1", "Line 1 is no id")]
    [InlineData("a\n\"b", "Line 2 cannot be read")]
    [InlineData("a\rb", "Line 1: the id must not contain control characters (position 2).")]
    [InlineData("a/b", "Line 1: the id must not contain '/' (position 2).")]
    [InlineData("", "There are no ids in it.")]
    [InlineData("orderId,customerId\n", "There are no ids in it.")]
    [InlineData("[]", "There are no ids in it.")]
    [InlineData("[{\"customerId\":\"C-1\"}]", "Item 1 is no id and has no text under orderId or id.")]
    [InlineData("[\"a\",7]", "Item 2 is no id and has no text under orderId or id.")]
    [InlineData("{\"orderId\":\"a\"", "It begins like JSON and is none")]
    public void What_names_no_ids_is_refused(string text, string expected)
    {
        var (list, problem) = IdList.Read(text, IdList.OfOrders);

        Assert.Null(list);
        Assert.StartsWith(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void An_id_that_is_there_again_counts_once_and_is_told()
    {
        var list = IdList.Read("a\nb\na\na", IdList.OfOrders).List!;

        Assert.Equal(["a", "b"], list.Ids);
        Assert.Equal(2, list.Repeated);
    }

    [Fact]
    public void Workflows_are_named_by_their_own_columns() =>
        Assert.Equal(["w-1"], IdList.Read("orderId,workflowId\na,w-1", IdList.OfWorkflows).List!.Ids);
}
