using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Reprocessing.Domain.Notices;

/// <summary>
/// The id of what is told to an outside service. It follows from what is told alone, so that every try and every repeat, after
/// whatever crash, bears the same one, and whoever receives it twice knows.
/// </summary>
/// <remarks>
/// An id goes into a header, into a signature whose parts are separated by full stops, and names an orchestration. So what is
/// not a letter, digit, <c>-</c> or <c>_</c>, or is too long, is replaced, with <c>~</c> and a hash of the whole behind it: two
/// things told never share an id, as the plain form has no <c>~</c>.
/// </remarks>
public static partial class DeliveryIds
{
    private const int LongestPlain = 200;
    private const int Kept = 120;

    public static string OfStart(string workflowId) => Of("start", workflowId);

    /// <param name="reopenCount">How often the entry had come back: each time it is escalated anew is told of once.</param>
    public static string OfEscalation(string orderId, int reopenCount) =>
        Of("escalated", string.Create(CultureInfo.InvariantCulture, $"{orderId}-{reopenCount}"));

    public static string OfAlert(string runId, string alertKind) => Of("alert", $"{runId}-{alertKind}");

    private static string Of(string kind, string what)
    {
        if (what.Length <= LongestPlain && Plain().IsMatch(what))
        {
            return $"{kind}-{what}";
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(what)).AsSpan(0, 16));
        return $"{kind}-{NotPlain().Replace(what.Length <= Kept ? what : what[..Kept], "_")}~{hash}";
    }

    [GeneratedRegex("^[A-Za-z0-9_-]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();

    [GeneratedRegex("[^A-Za-z0-9_-]", RegexOptions.CultureInvariant)]
    private static partial Regex NotPlain();
}
