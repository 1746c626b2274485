using System.Globalization;
using System.Text;

namespace EndToEnd.Tests.Imports;

/// <summary>A CSV of orders, some of them bad, that knows what is to come of it.</summary>
internal sealed class OrderFile
{
    public const string Header = "orderId,customerId,priority,item.sku,item.quantity,item.weight,note\r\n";

    private readonly StringBuilder _text = new(Header);
    private readonly List<long> _badLines = [];
    private readonly List<string> _goodIds = [];
    private long _line = 2;

    public string Text => _text.ToString();

    public IReadOnlyList<long> BadLines => _badLines;

    public IReadOnlyList<string> GoodIds => _goodIds;

    /// <summary>So many records, one in a hundred of them bad in one of four ways and one in fifty over two lines.</summary>
    public static OrderFile Of(int records, string prefix = "order")
    {
        var file = new OrderFile();
        for (var number = 1; number <= records; number++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"{prefix}-{number:D6}");
            if (number % 100 == 7)
            {
                file.AddBad(id, number / 100 % 4);
            }
            else
            {
                file.AddGood(id, number % 50 == 0 ? "\"leave at\r\nthe \"\"back\"\" door\"" : "none");
            }
        }

        return file;
    }

    public void AddGood(string orderId, string note)
    {
        _goodIds.Add(orderId);
        Add($"{orderId},customer-{orderId[^1]},next_day,SKU-1,2,0.5,{note}\r\n");
    }

    public void AddBad(string orderId, int kind)
    {
        _badLines.Add(_line);
        Add(kind switch
        {
            0 => $"{orderId},customer-1,next_day,SKU-1,0,0.5,no quantity\r\n",
            1 => $"{orderId},customer-1,next_day,SKU-1,2\r\n",
            2 => $"{orderId},customer-1,next_day,SKU-1,2,0.5,an \"inch\" too many\r\n",
            _ => $"{orderId}#1,customer-1,soon,SKU-1,2,0.5,nothing right\r\n",
        });
    }

    private void Add(string record)
    {
        _text.Append(record);
        _line += record.Count(letter => letter == '\n');
    }
}
