namespace Reprocessing.Domain.Failures;

/// <summary>
/// Names a kind of failure: sixteen hex digits of error type, status and the message without the parts that differ from order to
/// order. It is stored with each failure, so a change here splits existing groups.
/// </summary>
public static partial class Fingerprint
{
    public static string Of(ErrorType type, string status, string message)
    {
        var text = $"{EnumNames.Of(type)}\n{status}\n{Normalise(message)}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
    }

    /// <summary>Replaces guids, times, ids and numbers by placeholders; levels case and white space.</summary>
    public static string Normalise(string message)
    {
        var text = message.ToLower(CultureInfo.InvariantCulture);
        text = Guids().Replace(text, "<guid>");
        text = Times().Replace(text, "<time>");
        text = Numbers().Replace(text, "<n>");
        text = Ids().Replace(text, "<id>");
        return Spaces().Replace(text, " ").Trim();
    }

    [GeneratedRegex(@"\b[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\b", RegexOptions.CultureInvariant)]
    private static partial Regex Guids();

    [GeneratedRegex(@"\b\d{4}-\d{2}-\d{2}([t ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(z|[+-]\d{2}:?\d{2})?)?\b|\b(\d+\.)?\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\b", RegexOptions.CultureInvariant)]
    private static partial Regex Times();

    // A number stands alone or with a unit: "30", "1,024", "2.5s", "-7", "95%".
    [GeneratedRegex(@"(?<![\w<-])-?\d+([.,]\d+)*(ms|s|m|h|kb|mb|gb|kg|g|%)?(?![\w-])", RegexOptions.CultureInvariant)]
    private static partial Regex Numbers();

    // A word with a digit is an id: "ord-00017", "sku_44", "0x1f".
    [GeneratedRegex(@"(?<![\w<])[\p{L}_][\w-]*\d[\w-]*|(?<![\w<])\d[\w-]*[\p{L}_-][\w-]*", RegexOptions.CultureInvariant)]
    private static partial Regex Ids();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Spaces();
}
