using System.Globalization;
using System.Text.Json;
using Reprocessing.Cli.Http;
using Reprocessing.Cli.Plans;
using Reprocessing.Cli.Terminal;

namespace Reprocessing.Cli.Jobs;

/// <summary>Asks before a plan is applied; of what nothing takes back, for the number of items.</summary>
internal static class Confirmation
{
    public static async Task NeedAsync(JsonElement plan, JobRequest request, Session session, CancellationToken cancellationToken)
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

        if (!await IsGivenAsync(plan, session.Messages, cancellationToken))
        {
            throw new CommandException(
                ExitCode.Refused,
                "Nothing was done.",
                $"The plan can be applied until {Output.Column.ShortTime(plan.TextOrNull("expiresAt"))}: reprocess apply {planId}");
        }
    }

    private static async Task<bool> IsGivenAsync(JsonElement plan, Messages messages, CancellationToken cancellationToken)
    {
        var (operation, count) = (plan.Text("operation"), plan.Count("count"));
        if (!Operations.IsSevere(plan))
        {
            return await messages.AgreesAsync($"{Capital(operation)} {count.Of("item")}?", cancellationToken);
        }

        var number = count.ToString(CultureInfo.InvariantCulture);
        return await messages.AskAsync($"Nothing takes this back. Type {number} to {operation} {count.Of("item")}:", cancellationToken) == number;
    }

    private static string Capital(string word) => word.Length == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..];
}
