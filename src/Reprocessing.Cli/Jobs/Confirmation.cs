using System.Globalization;
using System.Text.Json;
using Reprocessing.Cli.Http;
using Reprocessing.Cli.Plans;
using Reprocessing.Cli.Terminal;

namespace Reprocessing.Cli.Jobs;

/// <summary>Asks before a plan is applied; of what nothing takes back, for the number of items.</summary>
internal static class Confirmation
{
    public static void Need(JsonElement plan, JobRequest request, Session session)
    {
        if (request.IsConfirmed)
        {
            return;
        }

        var planId = plan.Text("planId");
        if (!session.Surroundings.CanAsk)
        {
            throw new CommandException(
                ExitCode.Refused,
                "Nothing was done: --yes is needed where nobody can be asked.",
                $"To do exactly this: reprocess apply {planId} --yes --reason ...");
        }

        if (!IsGiven(plan, session.Messages))
        {
            throw new CommandException(
                ExitCode.Refused,
                "Nothing was done.",
                $"The plan can be applied until {Output.Column.ShortTime(plan.TextOrNull("expiresAt"))}: reprocess apply {planId}");
        }
    }

    private static bool IsGiven(JsonElement plan, Messages messages)
    {
        var (operation, count) = (plan.Text("operation"), plan.Count("count"));
        return Operations.IsSevere(plan)
            ? messages.Ask($"Nothing takes this back. Type {count} to {operation} {count.Of("item")}:") == count.ToString(CultureInfo.InvariantCulture)
            : messages.Ask($"{Capital(operation)} {count.Of("item")}? [y/N]") is "y" or "Y" or "yes";
    }

    private static string Capital(string word) => word.Length == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..];
}
