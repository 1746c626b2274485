using System.Numerics;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Reprocessing.Domain.Filters;

/// <summary>An item's JSON, parsed on first use. Invalid JSON has no values.</summary>
internal sealed class Payload(string? json)
{
    private const int MaxDepth = 64;

    private JToken? _root;
    private bool _isRead;

    public IEnumerable<FilterValue> Select(string path) => Root()?.SelectTokens(path).Select(ValueOf) ?? [];

    private JToken? Root()
    {
        if (!_isRead)
        {
            _isRead = true;
            _root = Read(json);
        }

        return _root;
    }

    private static JToken? Read(string? json)
    {
        if (json is null)
        {
            return null;
        }

        try
        {
            // A filter compares what was sent, so texts that look like dates stay texts.
            using var reader = new JsonTextReader(new StringReader(json)) { DateParseHandling = DateParseHandling.None, MaxDepth = MaxDepth };
            return JToken.ReadFrom(reader);
        }
        catch (Newtonsoft.Json.JsonException)
        {
            return null;
        }
    }

    private static FilterValue ValueOf(JToken token) => token switch
    {
        JValue { Type: JTokenType.String, Value: string text } => new FilterValue.Text(text),
        JValue { Type: JTokenType.Boolean, Value: bool isTrue } => new FilterValue.Boolean(isTrue),
        JValue { Type: JTokenType.Null } => new FilterValue.Null(),
        JValue { Value: long whole } => new FilterValue.Number(whole),
        JValue { Value: BigInteger big } => new FilterValue.Number((decimal)BigInteger.Clamp(big, (BigInteger)decimal.MinValue, (BigInteger)decimal.MaxValue)),
        JValue { Value: double real } when !double.IsNaN(real) => new FilterValue.Number(Bounded(real)),
        _ => new FilterValue.Structure(),
    };

    /// <summary>No number in a filter lies beyond these bounds, so clamping keeps the order.</summary>
    private static decimal Bounded(double real) =>
        real >= (double)decimal.MaxValue ? decimal.MaxValue
        : real <= (double)decimal.MinValue ? decimal.MinValue
        : (decimal)real;
}
