namespace Reprocessing.Domain.Notifications;

/// <summary>The id of a message depends on its content alone, so that every retry has the same id and the receiver recognises a duplicate.</summary>
/// <remarks>
/// An id is part of a header and of a signature whose parts are separated by full stops, and names an orchestration. So an id with
/// other characters than letters, digits, <c>-</c> and <c>_</c>, or a long one, is shortened and followed by <c>~</c> and a hash. Two
/// ids never collide, as the plain form has no <c>~</c>.
/// </remarks>
public static partial class DeliveryIds
{
    private const int LongestPlain = 200;
    private const int Kept = 120;

    public static string OfStart(string workflowId) => Of("start", workflowId);

    /// <param name="reopenCount">Each new escalation of an entry is sent once.</param>
    public static string OfEscalation(string orderId, int reopenCount) =>
        Of("escalated", string.Create(CultureInfo.InvariantCulture, $"{orderId}-{reopenCount}"));

    /// <param name="since">Of the state, which is stored with the notification: each raise and each clearing is sent once.</param>
    public static string OfAlert(string alertId, string state, DateTimeOffset since) =>
        Of("alert", string.Create(CultureInfo.InvariantCulture, $"{alertId}-{state}-{since.UtcTicks}"));

    private static string Of(string kind, string what)
    {
        if (what.Length is > 0 and <= LongestPlain && !NotPlain().IsMatch(what))
        {
            return $"{kind}-{what}";
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(what)).AsSpan(0, 16));
        return $"{kind}-{NotPlain().Replace(what.Length <= Kept ? what : what[..Kept], "_")}~{hash}";
    }

    [GeneratedRegex("[^A-Za-z0-9_-]", RegexOptions.CultureInvariant)]
    private static partial Regex NotPlain();
}
