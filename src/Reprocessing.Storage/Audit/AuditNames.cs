namespace Reprocessing.Storage.Audit;

/// <summary>
/// Actions that were once told by another name. Events are stored as they were told; they are found and shown by the name of today.
/// </summary>
internal static class AuditNames
{
    private static readonly Dictionary<string, string> Today = new(StringComparer.Ordinal) { ["job.cancelled"] = "job.canceled" };

    public static string Of(string action) => Today.GetValueOrDefault(action, action);

    /// <summary>All that an action was ever called.</summary>
    public static IEnumerable<string> All(string action) =>
        [Of(action), .. Today.Where(name => name.Value == Of(action)).Select(name => name.Key)];
}
